using Mox.Imap.Search;

namespace Mox.Imap.Threading;

/// <summary>Writes THREAD responses (RFC 5256 section 4).</summary>
internal static class ThreadResponse
{
    private const int Close = -2;

    // And below it: a list that goes on with a node.
    private const int GoOn = -3;

    // A chain may be as long as the mailbox; the client gets it in pieces.
    private const int MaxPiece = 1000;

    /// <summary>thread-data = "THREAD" [SP 1*thread-list]</summary>
    /// <param name="session">Whose client reads it.</param>
    /// <param name="forest">The threads; message n of it is the n-th of the result.</param>
    /// <param name="found">The messages.</param>
    /// <param name="uid">UIDs, not sequence numbers.</param>
    /// <param name="cancellationToken">Fires when the connection is gone.</param>
    public static async ValueTask WriteAsync(
        ImapSession session, ThreadForest forest, SearchResult found, bool uid, CancellationToken cancellationToken)
    {
        var writer = session.Writer.Raw("* THREAD"u8);
        var open = new Stack<int>();
        if (forest.Roots.Count > 0)
        {
            writer.Space();
        }
        foreach (int root in forest.Roots)
        {
            open.Push(root);
            while (open.TryPop(out int node))
            {
                if (node == Close)
                {
                    writer.Byte((byte)')');
                }
                else
                {
                    WriteList(writer, forest, found, uid, node, open);
                }
                await writer.FlushIfFullAsync(cancellationToken);
            }
        }
        writer.Line();
    }

    // thread-list = "(" (thread-members / thread-nested) ")"; branches are left on the stack.
    private static void WriteList(ImapWriter writer, ThreadForest forest, SearchResult found, bool uid, int node, Stack<int> open)
    {
        if (node <= GoOn)
        {
            node = GoOn - node;
            writer.Space();
        }
        else
        {
            writer.Byte((byte)'(');
        }
        for (int written = 1; ; written++)
        {
            bool isMessage = node < forest.Messages;
            if (isMessage)
            {
                writer.Number(found.NumberAt(found.Positions[node], uid));
            }
            int child = forest.FirstChild(node);
            if (child == ThreadForest.None)
            {
                writer.Byte((byte)')');
                return;
            }
            bool isOnly = forest.NextSibling(child) == ThreadForest.None;
            if (isOnly && written == MaxPiece)
            {
                open.Push(GoOn - child);
                return;
            }
            if (isMessage)
            {
                writer.Space();
            }
            if (!isOnly)
            {
                PushChildren(forest, child, open);
                return;
            }
            node = child;
        }
    }

    private static void PushChildren(ThreadForest forest, int first, Stack<int> open)
    {
        open.Push(Close);
        var children = new List<int>();
        for (int child = first; child != ThreadForest.None; child = forest.NextSibling(child))
        {
            children.Add(child);
        }
        // The first on top.
        for (int i = children.Count - 1; i >= 0; i--)
        {
            open.Push(children[i]);
        }
    }
}
