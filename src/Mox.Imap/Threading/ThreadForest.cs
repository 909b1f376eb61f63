namespace Mox.Imap.Threading;

/// <summary>The answer of THREAD: trees of messages, siblings in their order. Nodes at or above <see cref="Messages"/> stand for no message.</summary>
/// <remarks>A node without a message has no parent, and two children or more.</remarks>
internal sealed class ThreadForest
{
    /// <summary>In place of a node where there is none.</summary>
    public const int None = -1;

    private readonly int[] _first;
    private readonly int[] _last;
    private readonly int[] _next;

    /// <param name="messages">Nodes 0 to this are messages.</param>
    /// <param name="nodes">All nodes.</param>
    public ThreadForest(int messages, int nodes)
    {
        Messages = messages;
        _first = Filled(nodes);
        _last = Filled(nodes);
        _next = Filled(nodes);
    }

    /// <summary>How many messages there are.</summary>
    public int Messages { get; }

    /// <summary>The first of each thread, in order.</summary>
    public List<int> Roots { get; } = [];

    /// <summary>The first child, or <see cref="None"/>.</summary>
    public int FirstChild(int node) => _first[node];

    /// <summary>The next sibling, or <see cref="None"/>.</summary>
    public int NextSibling(int node) => _next[node];

    /// <summary>Adds a node after the children that its parent has, or after the roots.</summary>
    public void Append(int node, int parent)
    {
        if (parent == None)
        {
            Roots.Add(node);
            return;
        }
        if (_last[parent] == None)
        {
            _first[parent] = node;
        }
        else
        {
            _next[_last[parent]] = node;
        }
        _last[parent] = node;
    }

    private static int[] Filled(int count)
    {
        int[] links = new int[count];
        Array.Fill(links, None);
        return links;
    }
}
