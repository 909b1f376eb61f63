using System.CommandLine;
using System.Globalization;
using Mox.Host.Control;

namespace Mox.Host.Cli;

/// <summary><c>mox tlspubkey</c>: the keys that clients log in with instead of a password.</summary>
internal static class TlspubkeyCommand
{
    private const int MaxFileBytes = 100_000;

    private static readonly Argument<string> Login = new("ADDRESS") { Description = "The address that the key logs in." };

    private static readonly Argument<FileInfo> PemFile = new("FILE") { Description = "The client's certificate, or its public key, in PEM form." };

    private static readonly Argument<string> Fingerprint = new("FINGERPRINT") { Description = "As mox tlspubkey list shows it." };

    private static readonly Option<string> KeyName = new("--name")
    {
        Description = "What the key is called. Default: the file's name.",
        HelpName = "TEXT",
    };

    private static readonly Option<bool> ImapPreauth = new("--imap-preauth")
    {
        Description = "On IMAP with TLS from the start (port 993) the key logs in at once, before the greeting (PREAUTH), for clients that cannot ask for it.",
    };

    private static readonly Option<string?> Account = new("--account") { Description = "Only keys of this account.", HelpName = "NAME" };

    public static Command Create() => OperatorCommand.Noun(
        "tlspubkey",
        """
        Keys that mail clients log in with instead of a password, by their TLS certificate (SASL EXTERNAL). What counts is the key; who
        signed the certificate and until when it is valid does not.

        Example:
          mox tlspubkey add anna@example.org laptop.pem
        """,
        OperatorCommand.Create(
            "add",
            """
            Register a key for an address.

            Example:
              mox tlspubkey add anna@example.org laptop.pem --name "Anna's laptop"
            """,
            AddAsync,
            Login,
            PemFile,
            KeyName,
            ImapPreauth),
        OperatorCommand.Create(
            "list",
            """
            Show the registered keys.

            Example:
              mox tlspubkey list --account anna
            """,
            ListAsync,
            Account),
        OperatorCommand.CreatePlain(
            "remove",
            """
            Remove a key: it logs nobody in any more. Sessions that it opened go on until they end.

            Example:
              mox tlspubkey remove kcAxp0XZsBRpOVXzBNT5nBHdn6BSsd2ZRSZ6lFDgLpQ
            """,
            RemoveAsync,
            Fingerprint));

    private static async Task<int> AddAsync(OperatorContext context, CancellationToken ct)
    {
        FileInfo file = context.Parsed.GetRequiredValue(PemFile);
        var addition = new TlsKeyAddition(
            context.Parsed.GetRequiredValue(Login),
            context.Parsed.GetValue(KeyName) ?? file.Name,
            await ReadAsync(file, ct),
            context.Parsed.GetValue(ImapPreauth));
        using ControlClient server = context.Connect();
        Print(context, await server.PostAsync("tlspubkeys", addition, ControlJson.Default.TlsKeyAddition, ControlJson.Default.TlsKeyList, ct));
        return 0;
    }

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct)
    {
        using ControlClient server = context.Connect();
        string query = context.Parsed.GetValue(Account) is { } account ? "?account=" + Uri.EscapeDataString(account) : "";
        Print(context, await server.GetAsync("tlspubkeys" + query, ControlJson.Default.TlsKeyList, ct));
        return 0;
    }

    private static async Task<int> RemoveAsync(OperatorContext context, CancellationToken ct)
    {
        using ControlClient server = context.Connect();
        var removal = new TlsKeyRemoval(context.Parsed.GetRequiredValue(Fingerprint));
        await server.PostAsync("tlspubkeys/remove", removal, ControlJson.Default.TlsKeyRemoval, ct);
        await context.Output.WriteLineAsync("removed");
        return 0;
    }

    private static async Task<string> ReadAsync(FileInfo file, CancellationToken ct)
    {
        try
        {
            return file.Length <= MaxFileBytes
                ? await File.ReadAllTextAsync(file.FullName, ct)
                : throw new UserErrorException($"{file.FullName} is too long for a certificate");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{file.FullName} cannot be read: {e.Message}", e);
        }
    }

    private static void Print(OperatorContext context, TlsKeyList keys) => context.Print(keys, ControlJson.Default.TlsKeyList, output => TextTable.Write(
        output,
        ["fingerprint", "type", "account", "address", "name", "since", "preauth"],
        keys.Keys.Select(key => (string[])
        [
            key.Fingerprint, key.Type, key.Account, key.LoginAddress, key.Name,
            key.CreatedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            key.ImapPreauth ? "imap" : "",
        ])));
}
