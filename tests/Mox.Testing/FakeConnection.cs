using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Mox.Testing;

/// <summary>A real connection handler at work on an in-memory connection, with the client's end in the test's hand.</summary>
public sealed class FakeConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private FakeConnection(FakeConnectionContext context, LineClient client, Task completion)
    {
        Context = context;
        Client = client;
        Completion = completion;
    }

    /// <summary>What the handler was given.</summary>
    public FakeConnectionContext Context { get; }

    /// <summary>The client.</summary>
    public LineClient Client { get; }

    /// <summary>Ends with the handler; the server's side of the connection is closed then.</summary>
    public Task Completion { get; }

    /// <summary>Starts the handler on a new connection.</summary>
    public static FakeConnection Start(ConnectionHandler handler, IPEndPoint? remote = null, IPEndPoint? local = null) =>
        Start(handler.OnConnectedAsync, remote, local);

    /// <summary>Starts any connection delegate on a new connection.</summary>
    public static FakeConnection Start(Func<ConnectionContext, Task> handler, IPEndPoint? remote = null, IPEndPoint? local = null)
    {
        var pair = DuplexPipePair.Create();
        var context = new FakeConnectionContext(pair.Server, remote, local);
        return new FakeConnection(context, new LineClient(pair.Client), Task.Run(() => RunAsync(handler, context)));
    }

    /// <summary>Runs a transcript with this connection's client.</summary>
    public Task TranscriptAsync(string script) => Transcript.RunAsync(Client, script);

    /// <summary>Closes the client and waits for the handler, which must end and must not throw.</summary>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Completion.WaitAsync(Patience);
    }

    private static async Task RunAsync(Func<ConnectionContext, Task> handler, FakeConnectionContext context)
    {
        try
        {
            await handler(context);
        }
        finally
        {
            // As Kestrel does when a handler returns.
            await context.Transport.Output.CompleteAsync();
            await context.Transport.Input.CompleteAsync();
        }
    }
}
