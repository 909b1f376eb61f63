using Mox.Addresses;
using Mox.Host.Control;
using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>The queue: what is on its way out, and what is done about it.</summary>
internal static class QueueOperations
{
    /// <summary>Most messages in a page.</summary>
    public const int MaxPage = 1000;

    private const int PieceBytes = 512 * 1024;

    public static readonly Operation<QueueListRequest, QueueLines> List =
        new("queue/list", ControlJson.Default.QueueListRequest, ControlJson.Default.QueueLines, ListAsync);

    public static readonly Operation<QueueRequest, QueueChanged> Hold =
        new("queue/hold", ControlJson.Default.QueueRequest, ControlJson.Default.QueueChanged, (context, asked, ct) => ChangeAsync(context, queue => queue.HoldAsync(asked.Filter, ct), ct));

    public static readonly Operation<QueueRequest, QueueChanged> Unhold =
        new("queue/unhold", ControlJson.Default.QueueRequest, ControlJson.Default.QueueChanged, (context, asked, ct) => ChangeAsync(context, queue => queue.UnholdAsync(asked.Filter, ct), ct));

    public static readonly Operation<QueueScheduling, QueueChanged> Schedule =
        new("queue/schedule", ControlJson.Default.QueueScheduling, ControlJson.Default.QueueChanged, (context, asked, ct) => ChangeAsync(
            context,
            queue => queue.ScheduleAsync(
                asked.Filter,
                asked switch
                {
                    { At: { } at } => QueueSchedule.At(at),
                    { Later: { } later } => QueueSchedule.By(later),
                    _ => throw new UserErrorException("name a time for the next attempt"),
                },
                ct),
            ct));

    public static readonly Operation<QueueRequest, QueueChanged> Fail =
        new("queue/fail", ControlJson.Default.QueueRequest, ControlJson.Default.QueueChanged, (context, asked, ct) => ChangeAsync(context, queue => queue.FailAsync(asked.Filter, ct), ct));

    public static readonly Operation<QueueRequest, QueueChanged> Drop =
        new("queue/drop", ControlJson.Default.QueueRequest, ControlJson.Default.QueueChanged, (context, asked, ct) => ChangeAsync(context, queue => queue.DropAsync(asked.Filter, ct), ct));

    public static readonly Operation<QueueContentAt, QueueContentPiece> Dump =
        new("queue/dump", ControlJson.Default.QueueContentAt, ControlJson.Default.QueueContentPiece, DumpAsync);

    public static readonly Operation<ListRequest, IReadOnlyList<HoldRuleLine>> ListHoldRules =
        new("queue/hold-rule/list", ControlJson.Default.ListRequest, ControlJson.Default.IReadOnlyListHoldRuleLine, async (context, _, ct) =>
            [.. (await (await context.Queue(ct)).ListHoldRulesAsync(ct)).Select(Line)]);

    public static readonly Operation<HoldRuleLine, HoldRuleLine> AddHoldRule =
        new("queue/hold-rule/add", ControlJson.Default.HoldRuleLine, ControlJson.Default.HoldRuleLine, async (context, asked, ct) =>
            Line(await (await context.Queue(ct)).AddHoldRuleAsync(
                new HoldRule(0, asked.Account, DomainOf(asked.SenderDomain), DomainOf(asked.RecipientDomain)), ct)));

    public static readonly Operation<HoldRuleRequest, OperationDone> RemoveHoldRule =
        new("queue/hold-rule/remove", ControlJson.Default.HoldRuleRequest, ControlJson.Default.OperationDone, async (context, asked, ct) =>
            await (await context.Queue(ct)).RemoveHoldRuleAsync(asked.Id, ct)
                ? new OperationDone($"hold rule {asked.Id} removed; what it held stays held: mox queue unhold")
                : throw new UserErrorException($"there is no hold rule {asked.Id}: see mox queue hold-rule list"));

    private static async Task<QueueLines> ListAsync(OperationContext context, QueueListRequest asked, CancellationToken ct)
    {
        QueueCursor? after = null;
        if (asked.After is not null && !QueueCursor.TryParse(asked.After, out after))
        {
            throw new UserErrorException($"\"{asked.After}\" is no place in the list: use what the page before it ended with");
        }

        MailQueue queue = await context.Queue(ct);
        QueuePage page = await queue.ListAsync(asked.Filter, new QueueSort(asked.Sort, asked.IsDescending), after, Math.Clamp(asked.Count, 1, MaxPage), ct);
        return new QueueLines([.. page.Messages.Select(QueueLine.Of)], page.Next?.ToString());
    }

    private static async Task<QueueChanged> ChangeAsync(OperationContext context, Func<MailQueue, Task<int>> change, CancellationToken ct) =>
        new(await change(await context.Queue(ct)));

    // In pieces: a message is never whole in memory.
    private static async Task<QueueContentPiece> DumpAsync(OperationContext context, QueueContentAt asked, CancellationToken ct)
    {
        MailQueue queue = await context.Queue(ct);
        using MessageContent content = await queue.OpenContentAsync(asked.Id, ct)
            ?? throw new UserErrorException($"there is no queued message {asked.Id}: see mox queue list");
        await using Stream stream = content.OpenStream();
        stream.Position = Math.Clamp(asked.Offset, 0, stream.Length);
        var bytes = new byte[(int)Math.Min(PieceBytes, stream.Length - stream.Position)];
        await stream.ReadExactlyAsync(bytes, ct);
        return new QueueContentPiece(bytes, stream.Position == stream.Length);
    }

    private static HoldRuleLine Line(HoldRule rule) => new(rule.Id, rule.Account, rule.SenderDomain?.Unicode, rule.RecipientDomain?.Unicode);

    private static Domain? DomainOf(string? text) => text is null ? null
        : Domain.TryParse(text, out Domain domain) ? domain
        : throw new UserErrorException($"\"{text}\" is no domain");
}
