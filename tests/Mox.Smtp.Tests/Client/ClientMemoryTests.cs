using Microsoft.Extensions.DependencyInjection;
using Mox.Smtp.Client;
using Mox.Smtp.Server;
using Mox.Smtp.Tests.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Client;

/// <summary>A large message takes no more memory than a small one. Alone, so that other tests do not count.</summary>
[Collection(nameof(MemoryTests))]
public sealed class ClientMemoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_Of45MB_TakesTheMemoryOfOneChunk(bool byData)
    {
        const long size = 45_000_000;
        using var smtp = new SmtpFixture();
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        smtp.Services = smtp.Services with { Metrics = new SmtpMetrics(meters.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()) };
        smtp.Mail.KeepsContent = false;
        var pair = DuplexPipePair.Create();
        var context = new FakeConnectionContext(pair.Server);
        var handler = new SmtpConnectionHandler(smtp.Services, SmtpFixture.Options, new RecordingLogger<SmtpConnectionHandler>(smtp.Logs));
        var serving = Task.Run(async () =>
        {
            await handler.OnConnectedAsync(context);
            await pair.Server.Output.CompleteAsync();
            await pair.Server.Input.CompleteAsync();
        });
        var bridge = new Bridge(pair.Client, byData ? "CHUNKING" : "NOTHING");
        var carrying = Task.Run(bridge.RunAsync);
        var opening = await SmtpClient.OpenAsync(bridge.Client, ClientFixture.Plain, TimeProvider.System, new RecordingLogger(), default);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        using var content = new EndlessContent(size, onRead: position =>
        {
            if (position % 10_000_000 < 65_536)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            }
        });
        var result = await opening.Client!.SendAsync(
            ClientFixture.Envelope with { SizeBytes = size }, [ClientFixture.To("bob@here.example")], content, default);
        Assert.NotNull(result.Accepted);
        Assert.Equal(size, Assert.Single(smtp.Mail.Delivered).Facts!.SizeBytes);
        Assert.InRange(most - before, long.MinValue, 8_000_000);
        await opening.Client.DisposeAsync();
        await carrying;
        await serving;
    }
}
