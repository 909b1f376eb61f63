namespace Mox.Imap.Commands;

/// <summary>ENABLE (RFC 5161 section 3.1). What is not known is ignored.</summary>
internal static class EnableCommand
{
    /// <summary>What can be enabled, and how.</summary>
    private static readonly Dictionary<string, Action<ImapSession>> Known = new(StringComparer.Ordinal)
    {
        // CONDSTORE (RFC 7162 section 3.1)
        ["CONDSTORE"] = static session => session.CondStore = true,
        // UTF8=ACCEPT (RFC 6855 section 3)
        ["UTF8=ACCEPT"] = static session => session.Utf8Enabled = true,
    };

    // RFC 5161 asks for the authenticated state; clients that enable later than that do no harm.
    public static ImapCommand Definition { get; } = ImapCommand.Create("ENABLE", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static List<string> Parse(ref ImapScanner input)
    {
        var names = new List<string>();
        do
        {
            input.Space();
            names.Add(input.Word());
        }
        while (!input.AtEnd);
        return names;
    }

    private static ValueTask<ImapReply> ExecuteAsync(ImapSession session, List<string> names, CancellationToken cancellationToken)
    {
        bool hadCondStore = session.CondStore;
        session.Writer.Raw("* ENABLED"u8);
        foreach (string name in names.Distinct())
        {
            if (Known.TryGetValue(name, out var enable))
            {
                enable(session);
                session.Writer.Space().Raw(name);
            }
        }
        session.Writer.Line();
        if (session is { CondStore: true, Selected: { } selected } && !hadCondStore)
        {
            session.Writer.Raw("* OK [HIGHESTMODSEQ "u8).Number(selected.Told.HighestModSeq.Value).Raw("] of what you know"u8).Line();
        }
        return ValueTask.FromResult(ImapReply.Ok("done"));
    }
}
