namespace Mox.Imap.Commands;

/// <summary>ENABLE (RFC 5161 section 3.1). What is not known is ignored.</summary>
internal static class EnableCommand
{
    /// <summary>What can be enabled, and how.</summary>
    private static readonly Dictionary<string, Action<EnabledFeatures>> Known = new(StringComparer.Ordinal)
    {
        // CONDSTORE (RFC 7162 section 3.1)
        ["CONDSTORE"] = static features => features.EnableCondStore(),
        // IMAP4rev2 (RFC 9051 section 6.3.1)
        ["IMAP4rev2"] = static features => features.EnableRev2(),
        // METADATA, or of the server's entries alone (RFC 5464 section 4.4.2)
        ["METADATA"] = static features => features.EnableMetadata(),
        ["METADATA-SERVER"] = static features => features.EnableMetadata(),
        // QRESYNC (RFC 7162 section 3.2.3)
        ["QRESYNC"] = static features => features.EnableQResync(),
        // UIDONLY (RFC 9586 section 3)
        ["UIDONLY"] = static features => features.EnableUidOnly(),
        // UTF8=ACCEPT (RFC 6855 section 3)
        ["UTF8=ACCEPT"] = static features => features.EnableUtf8(),
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
        foreach (string asked in names.Distinct())
        {
            // Told as it is spelled in its RFC.
            if (Known.Keys.FirstOrDefault(k => k.Equals(asked, StringComparison.OrdinalIgnoreCase)) is { } name)
            {
                session.Enable(Known[name]);
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
