using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Net.Limits;
using Mox.Smtp.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Server;

/// <summary>The real handler over in-memory connections, with a fake receiver, a manual clock and everything recorded.</summary>
internal sealed class SmtpFixture : IDisposable
{
    public SmtpFixture(bool hasTls = true, ConnectionLimits? limits = null)
    {
        Services = new SmtpServices
        {
            Inbound = Mail,
            Submission = Submission,
            Authenticator = Authenticator,
            Certificates = hasTls ? TestCertificates.Server : null,
            ConnectionLimits = limits,
            ConnectionIds = new ConnectionIdSource(Time),
            ReceivedIds = Ids,
            Metrics = new SmtpMetrics(Metrics),
            Time = Time,
        };
    }

    public FakeInboundMail Mail { get; } = new();

    public FakeSubmission Submission { get; } = new();

    public FakeAuthenticator Authenticator { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public RecordingLoggerProvider Logs { get; } = new();

    public MetricRecorder Metrics { get; } = new();

    public ReceivedIdCipher Ids { get; } = new(new byte[ReceivedIdCipher.KeyBytes]);

    public SmtpServices Services { get; set; }

    public static SmtpOptions Options { get; } = new() { Hostname = "mail.example", Limits = false };

    /// <summary>A listener for submission with STARTTLS, which takes nothing in the clear.</summary>
    public static SmtpOptions Submit { get; } = new() { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, RequireStartTls = true, Limits = false };

    /// <summary>A listener for submission that takes passwords in the clear.</summary>
    public static SmtpOptions SubmitInClear { get; } = new() { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, AllowPlaintextLogin = true, Limits = false };

    public FakeConnection Connect(SmtpOptions? options = null, IPEndPoint? remote = null) => FakeConnection.Start(
        new SmtpConnectionHandler(Services, options ?? Options, new RecordingLogger<SmtpConnectionHandler>(Logs)), remote);

    /// <summary>One conversation from the greeting on; the connection is closed at its end.</summary>
    public async Task TranscriptAsync(string script, SmtpOptions? options = null)
    {
        await using var connection = Connect(options);
        await connection.TranscriptAsync(script);
    }

    public void AssertNothingAbove(LogLevel level) => Assert.DoesNotContain(Logs.Entries, e => e.Level > level);

    public void Dispose() => Metrics.Dispose();
}
