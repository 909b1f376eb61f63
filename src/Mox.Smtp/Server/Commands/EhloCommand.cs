using System.Globalization;

namespace Mox.Smtp.Server.Commands;

/// <summary>EHLO (RFC 5321 section 4.1.1.1): starts a session with extensions.</summary>
internal static class EhloCommand
{
    public static SmtpCommand Definition { get; } = SmtpCommand.Create("EHLO", SmtpPhases.Any, Parse, ExecuteAsync);

    public static SmtpHost Parse(ref SmtpScanner input) => HeloCommand.Parse(ref input);

    /// <summary>The keywords that can be used now, sorted, one a line.</summary>
    internal static IEnumerable<string> Keywords(SmtpSession session)
    {
        var options = session.Options;
        bool isSubmission = options.Kind == SmtpServiceKind.Submit;
        yield return "8BITMIME";
        if (isSubmission && session.Login.Mechanisms(session.Tls) is { Count: > 0 } mechanisms)
        {
            yield return "AUTH " + string.Join(' ', mechanisms);
        }
        yield return "BINARYMIME";
        yield return "CHUNKING";
        yield return "DSN";
        yield return "ENHANCEDSTATUSCODES";
        if (isSubmission)
        {
            yield return FutureRelease.Keyword(session.Now, options.MaxHold);
        }
        yield return string.Create(CultureInfo.InvariantCulture, $"LIMITS RCPTMAX={options.MaxRecipients}");
        yield return "PIPELINING";
        yield return string.Create(CultureInfo.InvariantCulture, $"SIZE {options.MaxMessageBytes}");
        yield return "SMTPUTF8";
        if (session.CanStartTls)
        {
            yield return "STARTTLS";
        }
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, SmtpHost hello, CancellationToken ct)
    {
        await session.GreetAsync(hello, isExtended: true);
        return session.EhloReply;
    }
}
