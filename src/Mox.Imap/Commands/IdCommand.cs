using System.Reflection;
using System.Text;

namespace Mox.Imap.Commands;

/// <summary>ID (RFC 2971 section 3.1): who the client says it is goes into the record of logins.</summary>
internal static class IdCommand
{
    // Limits of the RFC: 30 pairs, names of 30 and values of 1024 octets.
    private const int MaxPairs = 30;
    private const int MaxNameLength = 30;
    private const int MaxValueLength = 1024;
    private const int MaxUserAgentLength = 200;

    private static readonly string Version =
        typeof(IdCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static ImapCommand Definition { get; } = ImapCommand.Create("ID", ImapStates.Any, Parse, ExecuteAsync);

    public static Dictionary<string, string?> Parse(ref ImapScanner input)
    {
        var pairs = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        input.Space();
        if (input.TryWord("NIL"u8))
        {
            return pairs;
        }
        input.Byte((byte)'(');
        while (!input.TryByte((byte)')'))
        {
            if (pairs.Count > 0)
            {
                input.Space();
            }
            int start = input.Position;
            string name = input.String();
            input.Space();
            string? value = input.Nstring();
            if (name.Length > MaxNameLength || value?.Length > MaxValueLength || !pairs.TryAdd(name, value) || pairs.Count > MaxPairs)
            {
                throw new ImapSyntaxException("a field of ID is too long, given twice, or one too many", start);
            }
        }
        return pairs;
    }

    private static ValueTask<ImapReply> ExecuteAsync(ImapSession session, Dictionary<string, string?> client, CancellationToken cancellationToken)
    {
        if (client.Count > 0)
        {
            session.LoginContext.UserAgent = UserAgent(client);
        }
        session.Writer.Raw("* ID (\"name\" \"mox\""u8);
        if (session.State != ImapStates.NotAuthenticated)
        {
            // Strangers need not know which version to attack.
            session.Writer.Raw(" \"version\" "u8).String(Version);
        }
        session.Writer.Byte((byte)')').Line();
        return ValueTask.FromResult(ImapReply.Ok("done"));
    }

    private static string UserAgent(Dictionary<string, string?> client)
    {
        string text = $"{client.GetValueOrDefault("name")}/{client.GetValueOrDefault("version")}".Trim('/');
        var clean = new StringBuilder();
        foreach (char c in text.Length > MaxUserAgentLength ? text[..MaxUserAgentLength] : text)
        {
            clean.Append(c is >= ' ' and <= '~' ? c : '?');
        }
        return clean.ToString();
    }
}
