using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Smtp.Client;
using Mox.Testing;

namespace Mox.Smtp.Tests.Client;

/// <summary>The client against a scripted server over in-memory pipes, with a manual clock and everything recorded.</summary>
internal sealed class ClientFixture(string script) : IAsyncDisposable
{
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();
    private Task? _server;

    public static SmtpClientOptions Plain { get; } = new() { Hello = Domain.Parse("client.example"), Tls = SmtpTlsMode.Off };

    // Certificates are made with the real time.
    public ManualTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public RecordingLogger Log { get; } = new();

    public SmtpOpening? Opening { get; private set; }

    public SmtpClient Client => Opening?.Client ?? throw new InvalidOperationException(Opening?.Failure?.ToString() ?? "not opened");

    public static OutgoingEnvelope Envelope { get; } = new(From("alice@client.example"), 100);

    public static ReversePath From(string address) => new(Mailbox(address));

    public static OutgoingRecipient To(string address)
    {
        var parsed = Address.Parse(address);
        return new OutgoingRecipient(new ForwardPath(parsed.LocalPart, new SmtpHost(parsed.Domain)));
    }

    public async Task<SmtpOpening> OpenAsync(SmtpClientOptions? options = null, CancellationToken ct = default)
    {
        _server = Task.Run(() => ServerScript.RunAsync(_pair.Server, script), CancellationToken.None);
        return Opening = await SmtpClient.OpenAsync(_pair.Client, options ?? Plain, Time, Log, ct);
    }

    public async Task<SmtpSendResult> SendAsync(string content, OutgoingEnvelope envelope, params OutgoingRecipient[] recipients) =>
        await Client.SendAsync(envelope, recipients, new MemoryStream(Encoding.UTF8.GetBytes(content)), default);

    public Task<SmtpSendResult> SendAsync(string content, params string[] recipients) =>
        SendAsync(content, Envelope, [.. recipients.Select(To)]);

    /// <summary>Opens, sends one message, quits.</summary>
    public static async Task<SmtpSendResult> SendOneAsync(
        string script, string content, OutgoingEnvelope envelope, OutgoingRecipient[] recipients, SmtpClientOptions? options = null)
    {
        await using var smtp = new ClientFixture(script);
        await smtp.OpenAsync(options);
        return await smtp.SendAsync(content, envelope, recipients);
    }

    /// <summary>The script was played to its end; nothing is logged above Debug, no timer is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Opening?.Client is { } client)
        {
            await client.DisposeAsync();
        }
        await (_server ?? Task.CompletedTask);
        Assert.DoesNotContain(Log.Entries, e => e.Level > LogLevel.Debug);
        Assert.Equal(0, Time.ActiveTimers);
    }

    private static SmtpMailbox Mailbox(string address)
    {
        var parsed = Address.Parse(address);
        return new SmtpMailbox(parsed.LocalPart, new SmtpHost(parsed.Domain));
    }
}
