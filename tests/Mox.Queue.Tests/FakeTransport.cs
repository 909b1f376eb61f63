using System.Collections.Concurrent;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue.Tests;

/// <summary>A transport that does what the test says.</summary>
internal sealed class FakeTransport : ITransport
{
    private int _active;

    public static RecipientOutcome Relayed { get; } = RecipientOutcome.Of(new SmtpReply(250, 2, 0, 0, "ok"), OutcomeKind.Relayed, "next.example.net");

    public static RecipientOutcome HandedOn { get; } = Relayed with { Kind = OutcomeKind.HandedOn };

    public static RecipientOutcome Delivered { get; } = Relayed with { Kind = OutcomeKind.Delivered };

    public static RecipientOutcome Temporary { get; } = RecipientOutcome.Of(new SmtpReply(451, 4, 3, 0, "later"), OutcomeKind.Relayed, "next.example.net");

    public static RecipientOutcome Permanent { get; } = RecipientOutcome.Of(new SmtpReply(550, 5, 1, 1, "no such user"), OutcomeKind.Relayed, "next.example.net");

    public string Name => "fake";

    public int? MaxConcurrency { get; set; }

    /// <summary>The outcome for a recipient.</summary>
    public Func<TransportJob, RecipientRequest, RecipientOutcome> Outcome { get; set; } = static (_, _) => HandedOn;

    /// <summary>Awaited before the result.</summary>
    public Func<TransportJob, CancellationToken, Task> Wait { get; set; } = static (_, _) => Task.CompletedTask;

    public ConcurrentQueue<TransportJob> Jobs { get; } = new();

    public ConcurrentQueue<string> Contents { get; } = new();

    public int MaxActive { get; private set; }

    public async ValueTask<TransportResult> DeliverAsync(TransportJob job, CancellationToken ct)
    {
        int active = Interlocked.Increment(ref _active);
        lock (Jobs)
        {
            MaxActive = Math.Max(MaxActive, active);
        }

        try
        {
            Jobs.Enqueue(job);
            using (MessageContent content = job.OpenContent())
            using (var reader = new StreamReader(content.OpenStream()))
            {
                Contents.Enqueue(await reader.ReadToEndAsync(ct));
            }

            await Wait(job, ct);
            return new TransportResult([.. job.Recipients.Select(r => Outcome(job, r))]);
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }
}
