using Microsoft.EntityFrameworkCore.Migrations;

namespace Mox.Store.Migrations;

/// <summary>Brings account.db to version 6.</summary>
internal sealed partial class Account0006 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(AccountSchema.Script("account-0006"));

    // Forward only.
    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException();
}
