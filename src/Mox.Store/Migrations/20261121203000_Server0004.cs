using Microsoft.EntityFrameworkCore.Migrations;

namespace Mox.Store.Migrations;

/// <summary>Brings server.db to version 4.</summary>
internal sealed partial class Server0004 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(AccountSchema.Script("server-0004"));

    // Forward only.
    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException();
}
