using System.Globalization;

namespace Mox.Imap.Commands;

/// <summary>GETMETADATA (RFC 5464 section 4.2), with MAXSIZE and DEPTH.</summary>
internal static class GetMetadataCommand
{
    private const int Infinity = int.MaxValue;

    public static ImapCommand Definition { get; } = ImapCommand.Create("GETMETADATA", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static GetMetadataRequest Parse(ref ImapScanner input)
    {
        // The grammar has the options before the mailbox, the examples after it: both are taken.
        input.Space();
        var options = new Options(null, 0);
        bool given = input.Peek((byte)'(');
        if (given)
        {
            options = ParseOptions(ref input);
            input.Space();
        }
        string mailbox = input.Mailbox();
        input.Space();
        if (!given && IsOptions(input))
        {
            options = ParseOptions(ref input);
            input.Space();
        }
        return new(mailbox, options.MaxSize, options.Depth, MetadataEntries.Parse(ref input, roots: true));
    }

    private static async ValueTask<ImapReply> ExecuteAsync(
        ImapSession session, GetMetadataRequest request, CancellationToken cancellationToken)
    {
        var mailbox = request.Mailbox.Length == 0 ? null : MailboxNames.Find(session, request.Mailbox);
        var annotations = session.Account.ReadAnnotations(mailbox?.Id);
        long longest = 0;
        var values = new List<(string, byte[]?)>();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (string wanted in request.Entries)
        {
            var found = annotations.Where(a => Matches(a.Entry.Value, wanted, request.Depth)).ToList();
            if (found.Count == 0 && request.Depth == 0)
            {
                values.Add((wanted, null));
            }
            foreach (var annotation in found.Where(a => told.Add(a.Entry.Value)))
            {
                if (annotation.Value.Length > request.MaxSize)
                {
                    longest = Math.Max(longest, annotation.Value.Length);
                    continue;
                }
                values.Add((annotation.Entry.Value, annotation.Value));
            }
        }
        await MetadataEntries.WriteAsync(session, mailbox?.Name.Value ?? "", values, cancellationToken);
        return ImapReply.Ok("done", longest == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"METADATA LONGENTRIES {longest}"));
    }

    private static bool Matches(string entry, string wanted, int depth)
    {
        if (entry == wanted)
        {
            return true;
        }
        return depth > 0 && entry.Length > wanted.Length && entry[wanted.Length] == '/' && entry.StartsWith(wanted, StringComparison.Ordinal)
            && (depth == Infinity || entry.IndexOf('/', wanted.Length + 1) < 0);
    }

    // An entry begins with "/" and not with the name of an option.
    private static bool IsOptions(ImapScanner input) =>
        input.TryByte((byte)'(') && (input.TryWord("MAXSIZE"u8) || input.TryWord("DEPTH"u8));

    private static Options ParseOptions(ref ImapScanner input)
    {
        var options = new Options(null, 0);
        input.Byte((byte)'(');
        do
        {
            int start = input.Position;
            string name = input.Word();
            input.Space();
            options = name switch
            {
                "MAXSIZE" => options with { MaxSize = input.Number() },
                "DEPTH" => options with { Depth = Depth(ref input) },
                _ => throw new ImapSyntaxException("expected MAXSIZE or DEPTH", start),
            };
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return options;
    }

    private static int Depth(ref ImapScanner input) =>
        input.TryWord("0"u8) ? 0 : input.TryWord("1"u8) ? 1 : input.TryWord("INFINITY"u8) ? Infinity : throw input.Expected("0, 1 or infinity");

    private readonly record struct Options(long? MaxSize, int Depth);

    internal sealed record GetMetadataRequest(string Mailbox, long? MaxSize, int Depth, List<string> Entries);
}
