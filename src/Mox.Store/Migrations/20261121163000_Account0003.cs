using Microsoft.EntityFrameworkCore.Migrations;

namespace Mox.Store.Migrations;

/// <summary>Brings account.db to version 3.</summary>
internal sealed partial class Account0003 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(AccountSchema.Script("account-0003"));

    // Forward only.
    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException();
}
