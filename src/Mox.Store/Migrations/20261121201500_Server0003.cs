using Microsoft.EntityFrameworkCore.Migrations;

namespace Mox.Store.Migrations;

/// <summary>Brings server.db to version 3.</summary>
internal sealed partial class Server0003 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(AccountSchema.Script("server-0003"));

    // Forward only.
    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException();
}
