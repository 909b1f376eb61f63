using System.Globalization;

namespace Mox.Queue;

/// <summary>Selects queued messages. All that is set must hold; an empty filter selects all.</summary>
public sealed record QueueFilter
{
    /// <summary>Only these (<see cref="QueuedMessage.Id"/>); at most <see cref="MaxIds"/>.</summary>
    public IReadOnlyList<long>? Ids { get; init; }

    /// <summary>Only the recipients of these messages (<see cref="QueuedMessage.MessageId"/>); at most <see cref="MaxIds"/>.</summary>
    public IReadOnlyList<long>? MessageIds { get; init; }

    /// <summary>Only of this account.</summary>
    public string? Account { get; init; }

    /// <summary>Part of the reverse-path, in any case.</summary>
    public string? From { get; init; }

    /// <summary>Part of the recipient, in any case.</summary>
    public string? To { get; init; }

    /// <summary>Came at or after.</summary>
    public DateTimeOffset? SubmittedFrom { get; init; }

    /// <summary>Came before.</summary>
    public DateTimeOffset? SubmittedBefore { get; init; }

    /// <summary>Next attempt at or after.</summary>
    public DateTimeOffset? NextAttemptFrom { get; init; }

    /// <summary>Next attempt before.</summary>
    public DateTimeOffset? NextAttemptBefore { get; init; }

    /// <summary>Only held ones, or only ones that are not.</summary>
    public bool? IsHeld { get; init; }

    /// <summary>Only those whose last attempt went by this transport; empty for those without an attempt.</summary>
    public string? Transport { get; init; }

    /// <summary>At most so many, the oldest first; null for all.</summary>
    public int? Max { get; init; }

    /// <summary>Most ids of either kind in one filter.</summary>
    public const int MaxIds = 10_000;

    private const int MaxNamedIds = 50;

    /// <summary>What is set, as log lines have it.</summary>
    public override string ToString()
    {
        (string Name, object? Value)[] conditions =
        [
            ("id", Named(Ids)),
            ("message", Named(MessageIds)),
            ("account", Account),
            ("from", From),
            ("to", To),
            ("submitted-from", Named(SubmittedFrom)),
            ("submitted-before", Named(SubmittedBefore)),
            ("due-from", Named(NextAttemptFrom)),
            ("due-before", Named(NextAttemptBefore)),
            ("held", IsHeld),
            ("transport", Transport),
            ("max", Max),
        ];
        string text = string.Join(
            ' ', conditions.Where(c => c.Value is not null).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name}={c.Value}")));
        return text.Length > 0 ? text : "all";
    }

    private static string? Named(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture);

    private static string? Named(IReadOnlyList<long>? ids) => ids is null
        ? null
        : string.Join(',', ids.Take(MaxNamedIds)) + (ids.Count > MaxNamedIds ? ",..." : "");
}
