namespace Mox.Mime;

/// <summary>
/// ENVELOPE, BODY and BODYSTRUCTURE as bytes that IMAP copies to the wire (RFC 3501 section 7.4.2, RFC 9051 section
/// 7.5.2).
/// </summary>
/// <remarks>
/// Strings are quoted, or literals when they are longer than 4 KB. In the rev1 form text that is not ASCII becomes
/// encoded words, hosts
/// A-labels, parameters extended values (RFC 2231); a localpart that is not ASCII has no such form and is a literal. In
/// the UTF-8 form
/// such text stands in quotes, and parameters are decoded as RFC 9051 asks. NUL, CR and LF are never in a string.
/// </remarks>
public static class ImapRendering
{
    /// <summary>The parenthesised envelope; Sender and Reply-To default to From.</summary>
    public static byte[] Envelope(MessageEnvelope envelope, ImapForm form)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var writer = new ImapBytes(form);
        EnvelopeWriter.Write(writer, envelope);
        return writer.ToArray();
    }

    /// <summary>
    /// The parenthesised structure: BODYSTRUCTURE when <paramref name="extended"/>, else BODY. Envelopes of messages
    /// within are those
    /// that the parser left in the tree.
    /// </summary>
    public static byte[] BodyStructure(MimePart part, bool extended, ImapForm form)
    {
        ArgumentNullException.ThrowIfNull(part);
        var writer = new ImapBytes(form);
        new BodyStructureWriter(writer, extended, form).Write(part);
        return writer.ToArray();
    }
}
