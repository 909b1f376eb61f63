using Mox.Imap.Search;

namespace Mox.Imap;

/// <summary>
/// Waits for work that may take long, and tells the client every ten seconds that it goes on (RFC 9585 section 3). Nothing else is written
/// meanwhile.
/// </summary>
internal static class LongWork
{
    /// <summary>How often the client hears of it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs work on a thread of the pool while the session waits. When the client goes away it is cancelled, and it has ended before this
    /// returns: it may use what the session holds.
    /// </summary>
    public static async ValueTask<T> RunAsync<T>(
        ImapSession session, Func<WorkProgress, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = new WorkProgress();
        var running = Task.Run(() => work(progress, stop.Token), CancellationToken.None);
        try
        {
            return await WaitAsync(session, running, progress);
        }
        catch when (!running.IsCompleted)
        {
            await stop.CancelAsync();
            await Task.WhenAny(running);
            throw;
        }
    }

    /// <summary>Waits for work that has begun, which goes on to its end whatever becomes of the client.</summary>
    public static async ValueTask<T> WaitAsync<T>(ImapSession session, Task<T> work, WorkProgress? progress = null)
    {
        if (work.IsCompleted)
        {
            return await work;
        }
        using var done = new CancellationTokenSource();
        while (await Task.WhenAny(work, Task.Delay(Interval, session.Services.Time, done.Token)) != work)
        {
            Tell(session, progress);
            await session.FlushAsync();
        }
        await done.CancelAsync();
        return await work;
    }

    private static void Tell(ImapSession session, WorkProgress? progress)
    {
        var writer = session.Writer.Raw("* OK [INPROGRESS (\""u8).Raw(session.Tag).Raw("\" "u8);
        if (progress is { Goal: > 0 and var goal, Done: var all })
        {
            writer.Number(Math.Min(all, goal)).Space().Number(goal);
        }
        else
        {
            writer.Raw("NIL NIL"u8);
        }
        writer.Raw(")] still at it"u8).Line();
    }
}
