using System.IO.Pipelines;

namespace Mox.Testing;

/// <summary>A connection without a network: what one end writes the other reads.</summary>
public sealed class DuplexPipePair
{
    private DuplexPipePair(IDuplexPipe server, IDuplexPipe client)
    {
        Server = server;
        Client = client;
    }

    /// <summary>The end that goes to the code under test.</summary>
    public IDuplexPipe Server { get; }

    /// <summary>The end that the test holds.</summary>
    public IDuplexPipe Client { get; }

    /// <summary>Two ends; back-pressure begins at 1 MiB to the server, as with Kestrel, and at 64 KiB from it.</summary>
    public static DuplexPipePair Create()
    {
        var toServer = new Pipe(Options(1024 * 1024));
        var toClient = new Pipe(Options(64 * 1024));
        return new DuplexPipePair(new End(toServer.Reader, toClient.Writer), new End(toClient.Reader, toServer.Writer));
    }

    private static PipeOptions Options(int threshold) =>
        new(pauseWriterThreshold: threshold, resumeWriterThreshold: threshold / 2, useSynchronizationContext: false);

    private sealed class End(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
