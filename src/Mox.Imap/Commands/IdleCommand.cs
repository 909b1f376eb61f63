using System.Text;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>IDLE (RFC 2177 section 3): waits for DONE and for news at once; the only command that waits for two things.</summary>
internal static class IdleCommand
{
    // News of a mailbox are in its snapshots: the feed only wakes us, so a few pending changes are as good as many.
    private const int FeedCapacity = 16;

    public static ImapCommand Definition { get; } = ImapCommand.Create("IDLE", ImapStates.LoggedIn, ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        session.Writer.Raw("+ idling\r\n"u8);
        using var feed = session.Selected is null ? null : session.Account.Subscribe(FeedCapacity);
        // After subscribing: nothing that happens from here on is missed.
        await TellAsync(session);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var line = session.BeginReadLine(stop);
        try
        {
            while (feed is not null && !line.IsCompleted && session.Selected is not null)
            {
                var news = feed.WaitAsync(stop.Token).AsTask();
                if (await Task.WhenAny(line, news) == line)
                {
                    break;
                }
                if (!await news)
                {
                    // The account closed for good: DONE still ends this.
                    break;
                }
                Drain(feed);
                await TellAsync(session);
            }
        }
        catch (OperationCanceledException)
        {
            // The wait for news was cut by a deadline or a shutdown, and so is the one for the line: it says which, below.
        }
        catch (ImapConnectionGoneException)
        {
            await stop.CancelAsync();
            await line.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
        var frame = await session.EndReadAsync(new ValueTask<ImapFrame>(line));
        await stop.CancelAsync();
        if (frame.Kind is ImapFrameKind.EndOfStream or ImapFrameKind.Overflow)
        {
            throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer);
        }
        bool done = frame.Kind == ImapFrameKind.Command && Ascii.EqualsIgnoreCase(session.Reader.Command, "DONE"u8);
        session.Trace(session.Reader.Command, credentials: false);
        session.Reader.Release();
        return done ? ImapReply.Ok("no longer idle") : throw new ImapSyntaxException("expected DONE");
    }

    private static async ValueTask TellAsync(ImapSession session)
    {
        if (session.Selected is { HasNews: true } selected)
        {
            await selected.SyncAsync(session, mayExpunge: true);
        }
        await session.FlushAsync();
    }

    private static void Drain(ChangeFeed feed)
    {
        while (feed.TryRead(out _))
        {
        }
        if (feed.Overflowed)
        {
            feed.Restart();
        }
    }
}
