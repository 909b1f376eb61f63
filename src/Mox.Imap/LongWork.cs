using Mox.Imap.Search;

namespace Mox.Imap;

/// <summary>
/// Work of one command that may take long, in one or more parts: the client is told every ten seconds that it goes on (RFC 9585 section 4).
/// Nothing else is written while a part runs.
/// </summary>
internal sealed class LongWork(TimeProvider time, Func<WorkProgress, ValueTask> tell)
{
    /// <summary>How often the client hears of it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private long _told = time.GetTimestamp();

    public LongWork(ImapSession session)
        : this(session.Services.Time, progress => TellAsync(session, progress))
    {
    }

    /// <summary>How far it is.</summary>
    public WorkProgress Progress { get; } = new();

    /// <summary>
    /// Runs work on a thread of the pool while the session waits. When the client goes away it is cancelled, and it has ended before this
    /// returns: it may use what the session holds.
    /// </summary>
    public static ValueTask<T> RunAsync<T>(
        ImapSession session, Func<WorkProgress, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        new LongWork(session).RunAsync(work, cancellationToken);

    /// <summary>Waits for work that has begun, which goes on to its end whatever becomes of the client.</summary>
    public static ValueTask<T> WaitAsync<T>(ImapSession session, Task<T> work) => new LongWork(session).WaitAsync(work);

    /// <summary>A part of the work, on a thread of the pool.</summary>
    public async ValueTask<T> RunAsync<T>(Func<WorkProgress, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Task.Run(() => work(Progress, stop.Token), CancellationToken.None);
        try
        {
            return await WaitAsync(running);
        }
        catch when (!running.IsCompleted)
        {
            await stop.CancelAsync();
            await Task.WhenAny(running);
            throw;
        }
    }

    /// <summary>A part of the work that has begun.</summary>
    public async ValueTask<T> WaitAsync<T>(Task<T> work)
    {
        if (work.IsCompleted)
        {
            return await work;
        }
        using var done = new CancellationTokenSource();
        while (true)
        {
            var left = Interval - time.GetElapsedTime(_told);
            if (await Task.WhenAny(work, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, done.Token)) == work)
            {
                await done.CancelAsync();
                return await work;
            }
            _told = time.GetTimestamp();
            await tell(Progress);
        }
    }

    private static ValueTask TellAsync(ImapSession session, WorkProgress progress)
    {
        Write(session.Writer, session.Tag, progress);
        return session.FlushAsync();
    }

    /// <summary>The response; a goal that is not known is NIL.</summary>
    public static void Write(ImapWriter output, string tag, WorkProgress progress)
    {
        var writer = output.Raw("* OK [INPROGRESS (\""u8).Raw(tag).Raw("\" "u8);
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
