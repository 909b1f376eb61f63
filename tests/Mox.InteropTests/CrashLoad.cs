namespace Mox.InteropTests;

/// <summary>Several connections that hand over messages as fast as they are taken, until the server is gone.</summary>
internal sealed class CrashLoad : IDisposable
{
    private readonly List<Thread> _threads = [];
    private readonly List<Exception> _failures = [];

    public static CrashLoad Start(MoxServer server, Ledger ledger, int seed) => Start(Enumerable.Range(0, 8).Select<int, Action>(number =>
    {
        Random random = new(seed + number);
        return number < 5 ? () => Send(server, ledger, random, withBdat: number >= 3) : () => Append(server, ledger, random);
    }));

    /// <summary>Runs each work on a thread of its own until it fails with the server.</summary>
    public static CrashLoad Start(IEnumerable<Action> works)
    {
        CrashLoad load = new();
        load._threads.AddRange(works.Select(work => new Thread(() => load.Run(work))));
        load._threads.ForEach(thread => thread.Start());
        return load;
    }

    /// <summary>Waits for the connections to notice that the server is gone; fails if one failed otherwise.</summary>
    public async Task WaitAsync()
    {
        await Task.Run(() => _threads.ForEach(thread => thread.Join()));
        Assert.Empty(_failures);
    }

    public void Dispose() => _threads.ForEach(thread => thread.Join(TimeSpan.FromSeconds(10)));

    private static void Send(MoxServer server, Ledger ledger, Random random, bool withBdat)
    {
        using MailSender sender = new(server.Smtp);
        while (true)
        {
            (Attempt attempt, byte[] content) = ledger.Next(random, isAppend: false);
            sender.Send("somebody@example.net", content, withBdat);
            attempt.IsAcknowledged = true;
        }
    }

    private static void Append(MoxServer server, Ledger ledger, Random random)
    {
        using MailReader reader = server.Read();
        while (true)
        {
            (Attempt attempt, byte[] content) = ledger.Next(random, isAppend: true);
            reader.Append("Appended", random.Next(2) == 0 ? @"(\Seen)" : "()", content);
            attempt.IsAcknowledged = true;
        }
    }

    private void Run(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // The server was killed; an end of the stream is an IOException too.
        }
#pragma warning disable CA1031 // A thread must not end the test process: the failure is told to the test.
        catch (Exception e)
        {
            lock (_failures)
            {
                _failures.Add(e);
            }
        }
#pragma warning restore CA1031
    }
}
