namespace Mox.Smtp.Client;

/// <summary>Ends what the client does; becomes a value at its border.</summary>
internal sealed class SmtpFailureException(SmtpFailure failure, Exception? inner = null) : Exception(failure.ToString(), inner)
{
    public SmtpFailure Failure { get; } = failure;
}
