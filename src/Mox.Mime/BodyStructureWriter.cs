using System.Text;

namespace Mox.Mime;

/// <summary>Writes a body structure (RFC 9051 section 9, production body).</summary>
/// <remarks>Recursive, but the parser and the codec bound the depth of a tree.</remarks>
internal sealed class BodyStructureWriter(ImapBytes writer, bool extended, ImapForm form)
{
    public void Write(MimePart part)
    {
        writer.Raw("("u8);
        if (part.IsMultipart)
        {
            Multipart(part);
        }
        else
        {
            SinglePart(part);
        }
        writer.Raw(")"u8);
    }

    private void Multipart(MimePart part)
    {
        foreach (var child in part.Children)
        {
            Write(child);
        }
        writer.Raw(" "u8);
        writer.String(part.MediaSubtype);
        if (extended)
        {
            writer.Raw(" "u8);
            Parameters(part.Parameters);
            Extension(part);
        }
    }

    private void SinglePart(MimePart part)
    {
        // body-type-msg is for messages that can be looked into; rev1 knows message/rfc822 only, and takes the rest as
        // basic.
        var isMessage = part is { MediaType: "message", Message: not null } && (part.MediaSubtype == "rfc822" || form == ImapForm.Utf8);
        // A message/rfc822 that cannot be looked into must not be announced as one, for the envelope would be missing.
        var isSealed = part is { MediaType: "message", MediaSubtype: "rfc822" or "global" } && part.Message is null;
        writer.String(isSealed ? "application" : part.MediaType);
        writer.Raw(" "u8);
        writer.String(isSealed ? "octet-stream" : part.MediaSubtype);
        writer.Raw(" "u8);
        Parameters(part.Parameters);
        writer.Raw(" "u8);
        writer.NString(part.Id);
        writer.Raw(" "u8);
        writer.NText(part.Description);
        writer.Raw(" "u8);
        writer.String(part.EncodingName);
        writer.Raw(" "u8);
        writer.Number(part.SizeBytes);
        if (isMessage)
        {
            writer.Raw(" "u8);
            EnvelopeWriter.Write(writer, part.Message!.Envelope ?? MessageEnvelope.Empty);
            writer.Raw(" "u8);
            Write(part.Message);
        }
        if (isMessage || part.MediaType == "text")
        {
            writer.Raw(" "u8);
            writer.Number(part.Lines);
        }
        if (extended)
        {
            writer.Raw(" "u8);
            writer.NString(part.Md5);
            Extension(part);
        }
    }

    private void Extension(MimePart part)
    {
        writer.Raw(" "u8);
        if (part.Disposition is null)
        {
            writer.Raw("NIL"u8);
        }
        else
        {
            writer.Raw("("u8);
            writer.String(part.Disposition);
            writer.Raw(" "u8);
            Parameters(part.DispositionParameters);
            writer.Raw(")"u8);
        }
        writer.Raw(" "u8);
        Languages(part.Languages);
        writer.Raw(" "u8);
        writer.NString(part.Location);
    }

    private void Languages(IReadOnlyList<string> languages)
    {
        if (languages.Count == 0)
        {
            writer.Raw("NIL"u8);
            return;
        }
        writer.Raw("("u8);
        for (var i = 0; i < languages.Count; i++)
        {
            writer.Raw(i > 0 ? " "u8 : ""u8);
            writer.String(languages[i]);
        }
        writer.Raw(")"u8);
    }

    private void Parameters(IReadOnlyList<MimeParameter> parameters)
    {
        if (parameters.Count == 0)
        {
            writer.Raw("NIL"u8);
            return;
        }
        writer.Raw("("u8);
        for (var i = 0; i < parameters.Count; i++)
        {
            writer.Raw(i > 0 ? " "u8 : ""u8);
            Parameter(parameters[i]);
        }
        writer.Raw(")"u8);
    }

    // Continuations are joined in both forms. What has a charset keeps the asterisk: decoded for UTF-8 clients (RFC
    // 9051 section 7.5.2),
    // else as it came.
    private void Parameter(MimeParameter parameter)
    {
        var (name, value) = (parameter.Name, parameter.Value);
        if (parameter.Extended is { } raw)
        {
            name += "*";
            value = form == ImapForm.Utf8 ? value : Ascii.IsValid(raw) ? raw : Rfc2231.Encode(value);
        }
        else if (form == ImapForm.Rev1 && !Ascii.IsValid(value))
        {
            name += "*";
            value = Rfc2231.Encode(value);
        }
        writer.String(name);
        writer.Raw(" "u8);
        writer.String(value);
    }
}
