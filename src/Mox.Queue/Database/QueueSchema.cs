using System.Reflection;
using Mox.Store;

namespace Mox.Queue;

/// <summary>The schema of queue.db. The CREATE statements are in Migrations/Scripts and nowhere else.</summary>
internal static class QueueSchema
{
    /// <summary>The version that this code writes.</summary>
    public const int Version = 1;

    /// <summary>Ids of the migrations, in order: the n-th brings a database to version n.</summary>
    public static IReadOnlyList<string> Migrations { get; } = ["20261121000000_Queue0001"];

    /// <summary>Makes, opens and upgrades it.</summary>
    public static DatabaseSchema Database { get; } = new("queue", Version, Migrations, Script, static connection => new QueueDbContext(connection));

    /// <summary>A script by its name, such as queue-0001.</summary>
    public static string Script(string name) =>
        DatabaseSchema.Resource(Assembly.GetExecutingAssembly(), $"Mox.Queue.Migrations.Scripts.{name}.sql");
}
