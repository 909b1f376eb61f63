using Microsoft.EntityFrameworkCore.Migrations;

namespace Mox.Store.Migrations;

/// <summary>Brings server.db to version 2.</summary>
internal sealed partial class Server0002 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(AccountSchema.Script("server-0002"));

    // Forward only.
    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException();
}
