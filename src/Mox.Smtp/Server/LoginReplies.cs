using Mox.Net.Sasl;

namespace Mox.Smtp.Server;

/// <summary>What AUTH is answered (RFC 4954 section 6). An unknown user and a wrong password read the same.</summary>
internal static class LoginReplies
{
    public static readonly SmtpReply Ok = new(235, 2, 7, 0, "logged in");
    public static readonly SmtpReply Unavailable = new(454, 4, 3, 0, "login could not be checked, try again later");
    public static readonly SmtpReply TooMany = new(421, 4, 7, 0, "too many failed logins, try again later") { Closes = true };

    private static readonly SmtpReply BadCredentials = new(535, 5, 7, 8, "bad user name or password");
    private static readonly SmtpReply BadProtocol = new(501, 5, 5, 2, "the response does not fit the mechanism");
    private static readonly SmtpReply Aborted = new(501, 5, 7, 0, "authentication was given up");

    /// <summary>Why somebody is not logged in, as far as it is told.</summary>
    public static SmtpReply Refusal(LoginResult result) => result.Outcome switch
    {
        LoginOutcome.Aborted => Aborted,
        LoginOutcome.BadProtocol => BadProtocol,
        LoginOutcome.LoginDisabled => new(525, 5, 7, 13, result.Text ?? "this account cannot log in"),
        LoginOutcome.Error => Unavailable,
        _ => BadCredentials,
    };
}
