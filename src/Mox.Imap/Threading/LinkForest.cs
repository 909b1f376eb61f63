namespace Mox.Imap.Threading;

/// <summary>Parents of nodes, linked and cut one by one, where no link may make a loop.</summary>
/// <remarks>
/// Whether one would is found by going up from the parent-to-be. Where somebody made chains so that this takes long, a tree with
/// logarithmic steps takes over.
/// </remarks>
internal sealed class LinkForest(int capacity)
{
    private const int FreeSteps = 1_000_000;

    // Each link pays for a short way up.
    private const int StepsALink = 32;

    private int[] _parents = new int[capacity];
    private int[] _children = new int[capacity];
    private long _steps = FreeSteps;
    private LinkCutTree? _tree;

    /// <summary>How many nodes there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a node without a parent.</summary>
    public int Add()
    {
        if (Count == _parents.Length)
        {
            Array.Resize(ref _parents, Math.Max(16, Count * 2));
            Array.Resize(ref _children, _parents.Length);
        }
        _parents[Count] = ThreadForest.None;
        _children[Count] = 0;
        _tree?.Add();
        return Count++;
    }

    public int ParentOf(int node) => _parents[node];

    /// <summary>Makes a node that has no parent the child of another, unless that makes a loop.</summary>
    public void Link(int parent, int child)
    {
        if (parent == child || (_children[child] > 0 && RootOf(parent) == child))
        {
            return;
        }
        _parents[child] = parent;
        _children[parent]++;
        _tree?.Link(parent, child);
    }

    /// <summary>Takes the parent from a node, if it has one.</summary>
    public void Cut(int child)
    {
        if (_parents[child] is var parent and not ThreadForest.None)
        {
            _parents[child] = ThreadForest.None;
            _children[parent]--;
            _tree?.Cut(child);
        }
    }

    private int RootOf(int node)
    {
        if (_tree is null)
        {
            _steps += StepsALink;
            int at = node;
            while (_parents[at] != ThreadForest.None && --_steps > 0)
            {
                at = _parents[at];
            }
            if (_steps > 0)
            {
                return at;
            }
            _tree = new LinkCutTree(_parents.AsSpan(0, Count));
        }
        return _tree.RootOf(node);
    }
}
