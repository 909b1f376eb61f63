using Microsoft.EntityFrameworkCore.Migrations;

namespace Mox.Queue.Migrations;

/// <summary>Brings queue.db to version 1.</summary>
internal sealed partial class Queue0001 : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(QueueSchema.Script("queue-0001"));

    // Forward only.
    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException();
}
