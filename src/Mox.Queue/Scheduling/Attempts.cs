using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Makes attempts: claims, hands to the transport of the route, writes down the result.</summary>
internal sealed partial class Attempts(MailQueue queue, RouteTable routes, TransportTable transports, ILogger logger)
{
    private static readonly TimeSpan WriteAgainAfter = TimeSpan.FromSeconds(5);

    private long _lastLease;

    /// <summary>Makes the attempt of an item. Cancelling leaves it on record as cut off.</summary>
    public async Task RunAsync(DueItem item, CancellationToken ct)
    {
        bool hasMore;
        do
        {
            ClaimedAttempt? claimed = await ClaimAsync(item, ct);
            if (claimed is null)
            {
                // Changed meanwhile, or paused: it is due at another time.
                queue.Signal.Raise(UnixTime.Of(queue.Time.GetUtcNow()));
                return;
            }

            hasMore = claimed.HasMore;
            using Activity? activity = Start(claimed);
            long start = queue.Time.GetTimestamp();
            TransportResult result = await DeliverAsync(claimed, ct);
            queue.Metrics.Attempted(claimed.Transport ?? "none", result, queue.Time.GetElapsedTime(start));
            await FinishAsync(claimed, result, ct);
            Tell(claimed, result);
        }
        while (hasMore && !ct.IsCancellationRequested);
    }

    private async Task<ClaimedAttempt?> ClaimAsync(DueItem item, CancellationToken ct)
    {
        long lease = Interlocked.Increment(ref _lastLease);
        try
        {
            return await queue.WriteAsync(c => ClaimedAttempt.Run(c, item, lease, routes, Random.Shared.NextDouble()));
        }
        catch (StoreException e)
        {
            LogNotClaimed(logger, item.MessageId, e);
            await WriteUntilDoneAsync(
                c =>
                {
                    ClaimedAttempt.Release(c, lease);
                    return true;
                },
                ct);
            return null;
        }
    }

    private async Task<TransportResult> DeliverAsync(ClaimedAttempt claimed, CancellationToken ct)
    {
        TransportJob job = claimed.Job(queue.Files);
        if (claimed.Transport is not { } name)
        {
            return TransportResult.All(job, RecipientOutcome.Failed(
                isPermanent: true, new EnhancedStatus(5, 4, 4), $"no route to {job.Destination}: configure Mox:Transports and Routes"));
        }

        if (transports.Find(name) is not { } transport)
        {
            return TransportResult.All(job, RecipientOutcome.Failed(false, new EnhancedStatus(4, 3, 5), $"the route names the transport {name}, which does not exist"));
        }

        using var timeout = new CancellationTokenSource(queue.Options.AttemptTimeout, queue.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            return await transport.DeliverAsync(job, either.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return TransportResult.All(job, RecipientOutcome.Failed(false, new EnhancedStatus(4, 4, 2), $"no end after {queue.Options.AttemptTimeout}"));
        }
#pragma warning disable CA1031 // A fault of ours with one message must not stop the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFault(logger, job.MessageId, name, e);
            return TransportResult.All(job, RecipientOutcome.Failed(false, new EnhancedStatus(4, 3, 0), "internal error"));
        }
    }

    // What was sent must not be sent again because the disk was full for a moment: the result is kept until it can be written.
    private async Task FinishAsync(ClaimedAttempt claimed, TransportResult result, CancellationToken ct)
    {
        var finished = new FinishedAttempt(claimed, result, queue.Options);
        await WriteUntilDoneAsync(
            c =>
            {
                (int gone, bool isContentGone) = finished.Run(c);
                long due = UnixTime.Of(c.Now);
                c.AfterCommit(() =>
                {
                    queue.Gone(gone, isContentGone ? [claimed.Content.Id] : []);
                    // Reports are due now; what is tried again changes when the runner is to wake.
                    if (gone < claimed.Recipients.Count)
                    {
                        queue.Signal.Raise(due);
                    }
                });
                return true;
            },
            ct);
    }

    private async Task WriteUntilDoneAsync(Func<QueueWriteContext, bool> write, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await queue.WriteAsync(write);
                return;
            }
            catch (StoreException) when (!ct.IsCancellationRequested)
            {
                await Task.Delay(WriteAgainAfter, queue.Time, ct);
            }
        }
    }

    private static Activity? Start(ClaimedAttempt claimed)
    {
        Activity? activity = ActivityContext.TryParse(claimed.Content.TraceParent, null, isRemote: true, out ActivityContext parent)
            ? QueueMetrics.Activities.StartActivity("queue.deliver", ActivityKind.Client, parent)
            : QueueMetrics.Activities.StartActivity("queue.deliver", ActivityKind.Client);
        activity?.SetTag("mox.queue.id", claimed.Content.Id);
        activity?.SetTag("mox.queue.transport", claimed.Transport);
        activity?.SetTag("mox.queue.attempt", claimed.Attempts);
        activity?.SetTag("mox.recipients", claimed.Recipients.Count);
        return activity;
    }

    private void Tell(ClaimedAttempt claimed, TransportResult result)
    {
        for (int i = 0; i < claimed.Recipients.Count; i++)
        {
            QueuedRecipient recipient = claimed.Recipients[i];
            RecipientOutcome outcome = result.Recipients[i];
            string transport = claimed.Transport ?? "none";
            queue.Metrics.Recipient(transport, outcome.Kind);
            if (outcome.IsSuccess)
            {
                queue.Metrics.Delivered(queue.Time.GetUtcNow() - claimed.Content.StartsAt);
                LogDelivered(logger, claimed.Content.Id, claimed.Content.From, recipient.Request.Path, claimed.Content.MessageIdHeader, transport,
                    outcome.RemoteMta, claimed.Attempts, outcome);
            }
            else
            {
                LogNotDelivered(logger, claimed.Content.Id, claimed.Content.From, recipient.Request.Path, claimed.Content.MessageIdHeader, transport,
                    outcome.RemoteMta, claimed.Attempts, outcome, FinishedAttempt.IsFinal(recipient, outcome) ? null : recipient.NextAttemptAt);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "sent id={Id} from={From} to={To} msgid={MessageId} transport={Transport} remote={Remote} attempt={Attempt} reply={Reply}")]
    private static partial void LogDelivered(
        ILogger logger, long id, ReversePath from, ForwardPath to, string? messageId, string transport, string? remote, int attempt, RecipientOutcome reply);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "not sent id={Id} from={From} to={To} msgid={MessageId} transport={Transport} remote={Remote} attempt={Attempt} reply={Reply} next={Next}")]
    private static partial void LogNotDelivered(
        ILogger logger, long id, ReversePath from, ForwardPath to, string? messageId, string transport, string? remote, int attempt, RecipientOutcome reply,
        DateTimeOffset? next);

    [LoggerMessage(Level = LogLevel.Debug, Message = "queue: message {Id} could not be claimed; trying again")]
    private static partial void LogNotClaimed(ILogger logger, long id, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "queue: an attempt for message {Id} by transport {Transport} failed by a fault of ours")]
    private static partial void LogFault(ILogger logger, long id, string transport, Exception exception);
}
