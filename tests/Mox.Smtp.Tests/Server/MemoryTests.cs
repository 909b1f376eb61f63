using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

/// <summary>Memory stays flat, whatever comes. Alone, so that other tests do not count.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests : IDisposable
{
    private const string Begin = "EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\n";

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SmtpFixture _smtp = new();

    public MemoryTests()
    {
        // Neither measurements nor content are kept.
        _smtp.Services = _smtp.Services with { Metrics = new SmtpMetrics(_meters.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()) };
        _smtp.Mail.KeepsContent = false;
    }

    public void Dispose()
    {
        _smtp.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task Case07_TinyChunks_AreBoundedAndFlat()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync(Begin);
        await connection.TranscriptAsync("""
            S...
            S: 250 2.1.5 *
            """);
        byte[] chunks = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("BDAT 1\r\nx", 1000)));
        long before = 0;
        for (int i = 0; i < 50; i++)
        {
            await connection.Client.SendAsync(chunks);
            for (int j = 0; j < 1000; j++)
            {
                Assert.Equal("250 2.0.0 1 bytes taken", await connection.Client.ReadLineAsync());
            }
            before = i == 10 ? GC.GetTotalMemory(forceFullCollection: true) : before;
        }
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
        await connection.TranscriptAsync("""
            C*: BDAT 1\r\nx
            S: 552 5.3.4 too many chunks*
            S: <eof>
            """);
        Assert.Empty(_smtp.Mail.Delivered);
    }

    [Fact]
    public async Task Data_Of100MB_TakesTheMemoryOfOneRead()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync(Begin + "DATA\r\n");
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            """);
        byte[] megabyte = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 78) + "\r\n", 12_500)));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 100; i++)
        {
            await connection.Client.SendAsync(megabyte);
            Assert.True(i % 10 != 0 || GC.GetTotalMemory(forceFullCollection: false) - before < 20_000_000);
        }
        await connection.TranscriptAsync("""
            C: .
            S: 250 2.0.0 delivered
            """);
        Assert.Equal(100_000_000, Assert.Single(_smtp.Mail.Delivered).Facts!.SizeBytes);
    }
}
