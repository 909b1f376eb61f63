using System.IO.Pipelines;
using System.Text;
using Mox.Testing;

namespace Mox.Smtp.Tests.Client;

/// <summary>Between a client and a server: renames one of the server's extensions, so that the client does not use it, and cuts the client's bytes anew.</summary>
internal sealed class Bridge(IDuplexPipe toServer, string hidden, int seed = 0)
{
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();

    /// <summary>The client's end.</summary>
    public IDuplexPipe Client => _pair.Client;

    /// <summary>Carries both ways until either side ends.</summary>
    public Task RunAsync() => Task.WhenAll(
        CarryAsync(_pair.Server.Input, toServer.Output, rename: false), CarryAsync(toServer.Input, _pair.Server.Output, rename: true));

    private async Task CarryAsync(PipeReader input, PipeWriter output, bool rename)
    {
        var random = new Random(seed);
        while (true)
        {
            var result = await input.ReadAsync();
            byte[] bytes = System.Buffers.BuffersExtensions.ToArray(result.Buffer);
            input.AdvanceTo(result.Buffer.End);
            if (rename)
            {
                bytes = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(hidden, "X-HIDDEN", StringComparison.Ordinal));
            }
            for (int at = 0; at < bytes.Length;)
            {
                int length = seed == 0 ? bytes.Length : Math.Min(bytes.Length - at, random.Next(1, 3000));
                if ((await output.WriteAsync(bytes.AsMemory(at, length))).IsCompleted)
                {
                    break;
                }
                at += length;
            }
            if (result.IsCompleted)
            {
                await output.CompleteAsync();
                await input.CompleteAsync();
                return;
            }
        }
    }
}
