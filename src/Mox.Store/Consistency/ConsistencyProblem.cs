namespace Mox.Store;

/// <summary>Something that does not fit in a data directory.</summary>
/// <param name="Account">Whose, or null.</param>
/// <param name="Text">What, with the row or file.</param>
public sealed record ConsistencyProblem(string? Account, string Text)
{
    /// <summary>One line.</summary>
    public override string ToString() => Account is null ? Text : $"account {Account}: {Text}";
}
