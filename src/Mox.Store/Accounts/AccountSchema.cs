using System.Reflection;

namespace Mox.Store;

/// <summary>The schemas of account.db and server.db. The CREATE statements are in Migrations/Scripts and nowhere else.</summary>
internal static class AccountSchema
{
    /// <summary>The version of account.db that this code writes.</summary>
    public const int AccountVersion = 6;

    /// <summary>The version of server.db that this code writes.</summary>
    public const int ServerVersion = 4;

    /// <summary>Ids of the migrations, in order: the n-th brings a database to version n.</summary>
    public static IReadOnlyList<string> AccountMigrations { get; } =
    [
        "20261121000000_Account0001",
        "20261121140000_Account0002",
        "20261121163000_Account0003",
        "20261121170000_Account0004",
        "20261121180000_Account0005",
        "20261121203000_Account0006",
    ];

    /// <summary>Ids of the migrations of server.db.</summary>
    public static IReadOnlyList<string> ServerMigrations { get; } =
    [
        "20261121000000_Server0001",
        "20261121143000_Server0002",
        "20261121201500_Server0003",
        "20261121203000_Server0004",
    ];

    private static DatabaseSchema Accounts { get; } =
        new("account", AccountVersion, AccountMigrations, Script, static connection => new AccountDbContext(connection));

    private static DatabaseSchema Server { get; } =
        new("server", ServerVersion, ServerMigrations, Script, static connection => new ServerDbContext(connection));

    /// <summary>A script by its name, such as account-0001.</summary>
    public static string Script(string name) =>
        DatabaseSchema.Resource(Assembly.GetExecutingAssembly(), $"Mox.Store.Migrations.Scripts.{name}.sql");

    /// <summary>Makes account.db in a new directory.</summary>
    public static Database Create(string path) => Accounts.Create(path);

    /// <summary>Opens account.db for writing, and brings it to this version.</summary>
    /// <exception cref="StoreException">It is not a database of ours, or of a newer version.</exception>
    public static Database Open(string path, Action<string>? faults) => Accounts.Open(path, faults);

    /// <summary>Opens server.db for writing; makes it when it is missing.</summary>
    /// <exception cref="StoreException">It is not a database of ours, or of a newer version.</exception>
    public static Database OpenServer(string path)
    {
        Server.CreateWhenMissing(path);
        return Server.Open(path, null);
    }
}
