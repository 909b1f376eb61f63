using System.Net;
using System.Net.Sockets;

namespace Mox.InteropTests;

/// <summary>The real program, as a process of its own: <c>mox localserve</c> in a temporary directory, on free ports.</summary>
public sealed class MoxServer : IAsyncLifetime
{
    private readonly MoxProcess _process = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("mox-interop-").FullName;

    public int Offset { get; private set; }

    public int Smtp => 25 + Offset;

    public int Submissions => 465 + Offset;

    public int Imap => 143 + Offset;

    public int Imaps => 993 + Offset;

    /// <summary>The certificate that the server made for itself.</summary>
    internal string Certificate => Path.Combine(Folder, "config", "localhost.pem");

    public int ProcessId => _process.Id;

    public string Log => _process.Log;

    internal const string User = "mox@localhost";
    internal const string Password = "moxmoxmox";

    public Task InitializeAsync() => StartAsync();

    /// <summary>Starts the server and waits for its greetings.</summary>
    public async Task StartAsync()
    {
        if (Offset == 0)
        {
            Offset = FreeOffset();
        }

        await _process.StartAsync(
            ["localserve", "--dir", Folder, "--ip", "127.0.0.1", "--port-offset", $"{Offset}", "--no-limits"], [Smtp, Imap]);
    }

    /// <summary>SIGKILL: nothing is flushed, closed or said.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM; returns the exit code.</summary>
    public Task<int> StopAsync() => _process.StopAsync();

    /// <summary>Runs <c>mox verifydata</c> on the stopped server's data.</summary>
    internal Task<ProgramResult> VerifyDataAsync() => MoxProcess.RunAsync(["verifydata", Path.Combine(Folder, "data")]);

    internal MailReader Read(string? mailbox = null)
    {
        MailReader reader = new(Imaps, User, Password);
        if (mailbox is not null)
        {
            reader.Command($"SELECT {mailbox}");
        }

        return reader;
    }

    public async Task DisposeAsync()
    {
        await _process.EndAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static int FreeOffset()
    {
        Random random = new();
        while (true)
        {
            int offset = random.Next(20_000, 30_000);
            if (new[] { 25, 81, 143, 465, 587, 993 }.All(port => IsFree(port + offset)))
            {
                return offset;
            }
        }
    }

    internal static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>The tests that share one server; each uses subjects and mailboxes of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : ICollectionFixture<MoxServer>
{
    public const string Name = "one server";
}
