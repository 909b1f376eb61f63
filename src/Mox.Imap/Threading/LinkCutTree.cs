namespace Mox.Imap.Threading;

/// <summary>A forest in which links, cuts and the search for a root take logarithmic time, amortised, however deep it is.</summary>
/// <remarks>
/// The link/cut trees of Sleator and Tarjan: each node is in a splay tree of a path, ordered by depth; the root of that one points to the
/// parent of the path's top.
/// </remarks>
internal sealed class LinkCutTree
{
    private const int None = ThreadForest.None;

    private readonly List<Node> _nodes = [];

    /// <param name="parents">The forest to begin with: each node is a path of its own.</param>
    public LinkCutTree(ReadOnlySpan<int> parents)
    {
        foreach (int parent in parents)
        {
            _nodes.Add(new Node { Up = parent });
        }
    }

    /// <summary>Adds a node without a parent.</summary>
    public void Add() => _nodes.Add(new Node());

    /// <summary>Gives a parent to a node that has none.</summary>
    public void Link(int parent, int child)
    {
        Expose(child);
        _nodes[child].Up = parent;
    }

    /// <summary>Takes its parent from a node that has one.</summary>
    public void Cut(int child)
    {
        Expose(child);
        var node = _nodes[child];
        _nodes[node.Left].Up = None;
        node.Left = None;
    }

    /// <summary>The node above all that are above this one.</summary>
    public int RootOf(int node)
    {
        Expose(node);
        int at = node;
        while (_nodes[at].Left != None)
        {
            at = _nodes[at].Left;
        }
        Splay(at);
        return at;
    }

    // Makes the way from the root to the node one path, with the node on top of its tree and nothing below it.
    private void Expose(int node)
    {
        int below = None;
        for (int at = node; at != None; at = _nodes[at].Up)
        {
            Splay(at);
            _nodes[at].Right = below;
            below = at;
        }
        Splay(node);
    }

    private void Splay(int node)
    {
        while (!IsTop(node))
        {
            int up = _nodes[node].Up;
            if (!IsTop(up))
            {
                bool sameSide = (_nodes[up].Left == node) == (_nodes[_nodes[up].Up].Left == up);
                Rotate(sameSide ? up : node);
            }
            Rotate(node);
        }
    }

    private bool IsTop(int node) =>
        _nodes[node].Up is var up && (up == None || (_nodes[up].Left != node && _nodes[up].Right != node));

    private void Rotate(int at)
    {
        var node = _nodes[at];
        int upAt = node.Up;
        var up = _nodes[upAt];
        if (!IsTop(upAt))
        {
            var above = _nodes[up.Up];
            if (above.Left == upAt)
            {
                above.Left = at;
            }
            else
            {
                above.Right = at;
            }
        }
        int inner;
        if (up.Left == at)
        {
            inner = node.Right;
            up.Left = inner;
            node.Right = upAt;
        }
        else
        {
            inner = node.Left;
            up.Right = inner;
            node.Left = upAt;
        }
        if (inner != None)
        {
            _nodes[inner].Up = upAt;
        }
        node.Up = up.Up;
        up.Up = at;
    }

    private sealed class Node
    {
        public int Left { get; set; } = None;

        public int Right { get; set; } = None;

        public int Up { get; set; } = None;
    }
}
