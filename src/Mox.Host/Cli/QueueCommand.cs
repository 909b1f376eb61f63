using System.CommandLine;
using System.Globalization;
using Mox.Host.Control;
using Mox.Host.Operations;
using Mox.Queue;

namespace Mox.Host.Cli;

/// <summary><c>mox queue</c>.</summary>
internal static class QueueCommand
{
    private static readonly Option<QueueSortKey> Sort = new("--sort")
    {
        Description = "By the time of submission, the default, or of the next attempt.",
        HelpName = string.Join('|', Enum.GetNames<QueueSortKey>()),
    };

    private static readonly Option<bool> Descending = new("--descending") { Description = "The latest first." };
    private static readonly Option<string?> After = new("--after") { Description = "The page behind this place, with which the page before ends.", HelpName = "PLACE" };
    private static readonly Option<int> Count = new("--count")
    {
        Description = $"How many. Default 100, at most {QueueOperations.MaxPage}; there is more when a place for --after is shown.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    private static readonly Option<bool> Now = new("--now") { Description = "At once." };
    private static readonly Option<TimeSpan?> In = QueueFilterOptions.Duration("--in", "So long from now, as in 30m.");
    private static readonly Option<TimeSpan?> Later = QueueFilterOptions.Duration("--later", "So much later than it would be.");
    private static readonly Argument<long> Id = new("N") { Description = "The number that mox queue list shows." };

    public static Command Create()
    {
        Command queue = OperatorCommand.Noun(
            "queue",
            """
            See the mail that is on its way out, and decide about it.

            Example:
              mox queue list --to example.org
            """,
            List(),
            Change("hold", "Try messages no more until they are let go.", "mox queue hold --to example.org", "held", QueueOperations.Hold),
            Change("unhold", "Let held messages go: they are tried at once.", "mox queue unhold --all", "let go", QueueOperations.Unhold),
            Schedule(),
            Change("fail", "Give messages up: their senders get a report.", "mox queue fail --id 17", "given up", QueueOperations.Fail),
            Change("drop", "Remove messages. Nobody is told.", "mox queue drop --id 17", "removed", QueueOperations.Drop),
            Dump());
        queue.Add(HoldRuleCommand.Create());
        return queue;
    }

    private static Command List() => OperatorCommand.Create(
        "list",
        """
        List messages, a line for each recipient.

        Example:
          mox queue list --account alice --older-than 4h
        """,
        ListAsync,
        [.. QueueFilterOptions.ForList, Sort, Descending, After, Count]);

    private static Command Change(string verb, string what, string example, string done, Operation<QueueRequest, QueueChanged> operation) =>
        OperatorCommand.Create(
            verb,
            $"""
            {what} Those that are being delivered right now are left alone.

            Example:
              {example}
            """,
            async (context, ct) =>
            {
                var request = new QueueRequest(QueueFilterOptions.ReadForChange(context, TimeProvider.System.GetUtcNow()));
                return Print(context, await context.RunAsync(operation, request, ct), done);
            },
            QueueFilterOptions.ForChange);

    private static Command Schedule() => OperatorCommand.Create(
        "schedule",
        """
        Set the time of the next attempt of messages. Held ones, and those that are being delivered right now, are left alone.

        Example:
          mox queue schedule --now --to example.org
        """,
        ScheduleAsync,
        [Now, In, Later, .. QueueFilterOptions.ForChange]);

    private static Command Dump() => OperatorCommand.CreatePlain(
        "dump",
        """
        Print a message, as it leaves.

        Example:
          mox queue dump 17
        """,
        DumpAsync,
        Id);

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var request = new QueueListRequest(
            QueueFilterOptions.Read(context, now),
            context.Parsed.GetValue(Sort),
            context.Parsed.GetValue(Descending),
            context.Parsed.GetValue(After),
            context.Parsed.GetValue(Count));
        QueueLines page = await context.RunAsync(QueueOperations.List, request, ct);
        context.Print(page, ControlJson.Default.QueueLines, output =>
        {
            TextTable.Write(
                output,
                ["id", "message", "submitted", "account", "from", "to", "size", "attempts", "next", "last result"],
                page.Messages.Select(message => Row(message, now)));
            if (page.Next is { } next)
            {
                output.WriteLine($"there is more: --after {next}");
            }
        });
        return 0;
    }

    private static string[] Row(QueueLine message, DateTimeOffset now) =>
    [
        message.Id.ToString(CultureInfo.InvariantCulture),
        message.MessageId.ToString(CultureInfo.InvariantCulture),
        message.SubmittedAt.ToString("u", CultureInfo.InvariantCulture),
        message.Account,
        message.From.Length > 0 ? message.From : "<>",
        message.To,
        message.SizeBytes.ToString(CultureInfo.InvariantCulture),
        message.Attempts.ToString(CultureInfo.InvariantCulture),
        message.State switch
        {
            QueueState.Held => "held",
            QueueState.Delivering => "delivering",
            QueueState.Reporting => "reporting",
            _ => message.NextAttemptAt is { } next && next > now ? next.ToString("u", CultureInfo.InvariantCulture) : "now",
        },
        message.LastResult is { } result ? $"{message.RemoteMta} {result}".Trim() : "",
    ];

    private static async Task<int> ScheduleAsync(OperatorContext context, CancellationToken ct)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        (bool atOnce, TimeSpan? fromNow, TimeSpan? later) = (context.Parsed.GetValue(Now), context.Parsed.GetValue(In), context.Parsed.GetValue(Later));
        if ((atOnce ? 1 : 0) + (fromNow is null ? 0 : 1) + (later is null ? 0 : 1) != 1)
        {
            throw new UserErrorException("say when: one of --now, --in DURATION and --later DURATION");
        }

        var request = new QueueScheduling(QueueFilterOptions.ReadForChange(context, now), later is null ? now + (fromNow ?? TimeSpan.Zero) : null, later);
        return Print(context, await context.RunAsync(QueueOperations.Schedule, request, ct), "scheduled");
    }

    private static async Task<int> DumpAsync(OperatorContext context, CancellationToken ct)
    {
        long id = context.Get(Id);
        long offset = 0;
        bool isLast;
        do
        {
            QueueContentPiece piece = await context.RunAsync(QueueOperations.Dump, new QueueContentAt(id, offset), ct);
            await context.WriteAsync(piece.Bytes, ct);
            offset += piece.Bytes.Length;
            isLast = piece.IsLast;
        }
        while (!isLast);
        return 0;
    }

    private static int Print(OperatorContext context, QueueChanged changed, string done)
    {
        context.Print(changed, ControlJson.Default.QueueChanged, output => output.WriteLine($"{changed.Messages} {done}"));
        return 0;
    }
}
