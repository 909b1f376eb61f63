using Mox.Store;

namespace Mox.Imap.Threading;

/// <summary>REFERENCES, step by step as in (RFC 5256 section 3); nothing recurses.</summary>
internal sealed class ReferenceThreads
{
    private const int None = ThreadForest.None;

    private readonly ThreadKeys _keys;
    private readonly int[] _byDate;
    private readonly int _messages;
    private readonly LinkForest _links;

    // Above each node after pruning: a message, a dummy, or none. A dummy's entry, where there is one, is the dummy it was merged into.
    private readonly List<int> _above = [];

    private ReferenceThreads(ThreadKeys keys, int[] byDate)
    {
        _keys = keys;
        _byDate = byDate;
        _messages = byDate.Length;
        _links = new LinkForest(_messages + (_messages / 4));
    }

    /// <param name="keys">Of the messages, in the order of sequence numbers.</param>
    /// <param name="byDate">The messages in the order of their sent dates.</param>
    /// <param name="cancellationToken">Looked at between the steps.</param>
    public static ThreadForest Build(ThreadKeys keys, int[] byDate, CancellationToken cancellationToken)
    {
        var threads = new ReferenceThreads(keys, byDate);
        threads.LinkAll();
        cancellationToken.ThrowIfCancellationRequested();
        threads.Prune();
        threads.MergeSubjects(threads.Roots());
        return threads.Sort();
    }

    // Step 1. Of messages with the same id the first has it; the others are named by none.
    private void LinkAll()
    {
        var nodes = new Dictionary<UInt128, int>(_messages);
        for (int i = 0; i < _messages; i++)
        {
            _links.Add();
            if (_keys.Ids[i] != UInt128.Zero)
            {
                nodes.TryAdd(_keys.Ids[i], i);
            }
        }
        for (int i = 0; i < _messages; i++)
        {
            int parent = None;
            foreach (var id in _keys.References(i))
            {
                if (!nodes.TryGetValue(id, out int node))
                {
                    node = _links.Add();
                    nodes.Add(id, node);
                }
                // 1.A: a link that is there stays.
                if (parent != None && _links.ParentOf(node) == None)
                {
                    _links.Link(parent, node);
                }
                parent = node;
            }
            // 1.B: that it has another parent comes from a truncated References field.
            _links.Cut(i);
            if (parent != None)
            {
                _links.Link(parent, i);
            }
        }
    }

    // Steps 2 and 3: dummies go and their children go up; one that is at the root stays above two or more.
    private void Prune()
    {
        int[] above = new int[_links.Count];
        Array.Fill(above, int.MinValue);
        int[] children = new int[_links.Count];
        var way = new List<int>();
        for (int i = 0; i < _messages; i++)
        {
            // Up over dummies, to a message, to a dummy whose end is known, or to one that nothing is above.
            int at = _links.ParentOf(i);
            way.Clear();
            while (at >= _messages && above[at] == int.MinValue && _links.ParentOf(at) != None)
            {
                way.Add(at);
                at = _links.ParentOf(at);
            }
            int end = at < _messages || above[at] == int.MinValue ? at : above[at];
            foreach (int dummy in way)
            {
                above[dummy] = end;
            }
            above[i] = end;
            if (end >= _messages)
            {
                children[end]++;
            }
        }
        for (int i = 0; i < above.Length; i++)
        {
            _above.Add(i >= _messages || (above[i] >= _messages && children[above[i]] == 1) ? None : above[i]);
        }
    }

    // Step 4: the roots in the order of their sent dates, that of a dummy being its first child's; with each dummy's first child.
    private (List<int> Roots, Dictionary<int, int> FirstOf) Roots()
    {
        var roots = new List<int>();
        var firstOf = new Dictionary<int, int>();
        foreach (int message in _byDate)
        {
            if (_above[message] == None)
            {
                roots.Add(message);
            }
            else if (_above[message] >= _messages && firstOf.TryAdd(_above[message], message))
            {
                roots.Add(_above[message]);
            }
        }
        return (roots, firstOf);
    }

    // Step 5.
    private void MergeSubjects((List<int> Roots, Dictionary<int, int> FirstOf) at)
    {
        var table = new Dictionary<UInt128, int>();
        foreach (int root in at.Roots)
        {
            var subject = Subject(root);
            if (subject != UInt128.Zero && !table.TryAdd(subject, root)
                && table[subject] is var known && known < _messages && (root >= _messages || (IsReply(known) && !IsReply(root))))
            {
                table[subject] = root;
            }
        }
        foreach (int root in at.Roots)
        {
            if (Subject(root) is var subject && subject != UInt128.Zero && table[subject] is var known && known != root)
            {
                if (known >= _messages || (IsReply(root) && !IsReply(known)))
                {
                    // Below it; of two dummies the children are joined.
                    _above[root] = known;
                    continue;
                }
                int dummy = _above.Count;
                _above.Add(None);
                _above[root] = dummy;
                _above[known] = dummy;
                table[subject] = dummy;
            }
        }

        UInt128 Subject(int root) => _keys.Subjects[root < _messages ? root : at.FirstOf[root]];
    }

    // Step 6: taken in the order of their dates, all sets of siblings are in that order.
    private ThreadForest Sort()
    {
        var forest = new ThreadForest(_messages, _above.Count);
        foreach (int message in _byDate)
        {
            int parent = _above[message];
            if (parent >= _messages)
            {
                parent = _above[parent] == None ? parent : _above[parent];
                if (forest.FirstChild(parent) == None)
                {
                    forest.Append(parent, None);
                }
            }
            forest.Append(message, parent);
        }
        return forest;
    }

    private bool IsReply(int node) => node < _messages && _keys.AreReplies[node];
}
