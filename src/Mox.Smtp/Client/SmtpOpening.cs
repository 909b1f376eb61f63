using System.Diagnostics.CodeAnalysis;

namespace Mox.Smtp.Client;

/// <summary>The outcome of <see cref="SmtpClient.OpenAsync(Stream, SmtpClientOptions, TimeProvider, Microsoft.Extensions.Logging.ILogger, CancellationToken)"/>: a client or a failure.</summary>
public sealed record SmtpOpening
{
    /// <summary>Ready for mail; null after a failure. The caller disposes it.</summary>
    public SmtpClient? Client { get; internal init; }

    /// <summary>Why there is none.</summary>
    public SmtpFailure? Failure { get; internal init; }

    /// <summary>There is a client.</summary>
    [MemberNotNullWhen(true, nameof(Client))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsOpen => Client is not null;
}
