namespace Mox.Mime;

/// <summary>Problems of strict mode, up to a bound; collects nothing when not strict.</summary>
internal sealed class ProblemList(bool strict, int max)
{
    private readonly List<MimeProblem> _items = [];

    public bool IsStrict => strict;

    public IReadOnlyList<MimeProblem> Items => _items;

    public void Add(long offset, string message)
    {
        if (strict && _items.Count < max)
        {
            _items.Add(new MimeProblem(offset, message));
        }
    }
}
