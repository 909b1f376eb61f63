namespace Mox.Smtp.Client;

/// <summary>Why something was not done: what the server said, or what became of the connection.</summary>
/// <param name="Stage">Where it happened.</param>
/// <param name="IsPermanent">Trying again will not help: a 5xx reply, or a message that this server cannot take. All else is temporary.</param>
/// <param name="Code">The reply's code; 0 when there was no reply.</param>
/// <param name="Status">The enhanced status of the reply, or the one that says our own reason; null when there is none.</param>
/// <param name="Text">The reply's text or our reason, in one line without control characters: fit for logs and reports.</param>
public sealed record SmtpFailure(SmtpStage Stage, bool IsPermanent, int Code, EnhancedStatus? Status, string Text)
{
    /// <summary>As logs show it: <c>Recipient: 550 5.1.1 no such user</c>.</summary>
    public override string ToString() =>
        $"{Stage}: {(Code == 0 ? "" : $"{Code} ")}{(Status is { } status ? $"{status} " : "")}{Text}";
}
