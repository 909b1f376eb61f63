namespace Mox.Imap.Commands;

/// <summary>select-params (RFC 4466 section 2.4) of SELECT and EXAMINE.</summary>
internal sealed record SelectParameters(bool CondStore, QResyncParameter? QResync)
{
    public static SelectParameters None { get; } = new(false, null);

    /// <summary><c>(CONDSTORE QRESYNC (...))</c>.</summary>
    public static SelectParameters Parse(ref ImapScanner input)
    {
        var parameters = None;
        input.Byte((byte)'(');
        do
        {
            if (input.TryWord("CONDSTORE"u8))
            {
                parameters = parameters with { CondStore = true };
            }
            else if (parameters.QResync is null && input.TryWord("QRESYNC"u8))
            {
                input.Space();
                parameters = parameters with { QResync = QResyncParameter.Parse(ref input) };
            }
            else
            {
                throw input.Expected("CONDSTORE or QRESYNC");
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return parameters;
    }
}
