namespace Mox.Imap.Search;

/// <summary>Messages that came into a kept result, or left it.</summary>
/// <param name="Position">Where in a sorted result, from 1; 0 in one that is in the order of the mailbox (RFC 5267 section 4.3.3).</param>
/// <param name="Numbers">A sequence-set.</param>
internal readonly record struct ContextChange(long Position, string Numbers);

/// <summary>What a kept result has to tell when the client learns of a newer state of the mailbox.</summary>
internal sealed record ContextUpdate
{
    /// <summary>Left because they are gone: told before EXPUNGE, in the numbers of before.</summary>
    public IReadOnlyList<ContextChange> Gone { get; init; } = [];

    /// <summary>Left though they are there: told after EXPUNGE, EXISTS and flags, in the numbers of then.</summary>
    public IReadOnlyList<ContextChange> Left { get; init; } = [];

    /// <summary>Came in: told after <see cref="Left"/>.</summary>
    public IReadOnlyList<ContextChange> Came { get; init; } = [];
}
