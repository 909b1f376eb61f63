using System.Globalization;
using System.Text;
using Mox.Imap.Sorting;
using Mox.Imap.Threading;
using Mox.Store;

namespace Mox.Imap.Tests.Threading;

public class ReferenceThreadsTests
{
    [Theory]
    [InlineData(3, 3, 2)]
    [InlineData(6, 5, 3)]
    [InlineData(12, 8, 4)]
    [InlineData(25, 40, 3)]
    public void Build_OfRandomMessages_AgreesWithTheTextOfTheRfc(int messages, int ids, int subjects)
    {
        var random = new Random(messages);
        for (int round = 0; round < 5000; round++)
        {
            // Few ids: loops, self references, duplicates, missing ones, links that contradict each other.
            var mails = Enumerable.Range(1, random.Next(1, messages + 1)).Select(n => new RfcThreads.Mail(
                n, random.Next(ids + 1), [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(1, ids + 1))],
                random.Next(messages), random.Next(subjects + 1), random.Next(2) == 0)).ToList();
            Assert.Equal(RfcThreads.Run(mails), Run(mails));
        }
    }

    [Fact]
    public void Build_OfAChainOfAHundredThousand_InAnyOrder_IsOneThread()
    {
        const int Count = 100_000;
        foreach (int seed in new[] { -1, 0, 1 })
        {
            int[] order = [.. Enumerable.Range(1, Count)];
            switch (seed)
            {
                case 0:
                    Array.Reverse(order);
                    break;
                case 1:
                    new Random(1).Shuffle(order);
                    break;
            }
            var mails = order.Select((id, i) => new RfcThreads.Mail(i, id, id == 1 ? [] : [id - 1], id, 0, false)).ToList();
            var forest = Build(mails);
            int depth = 1;
            int node = Assert.Single(forest.Roots);
            for (; forest.FirstChild(node) is >= 0 and var child; node = child, depth++)
            {
                Assert.Equal(ThreadForest.None, forest.NextSibling(child));
            }
            Assert.Equal(Count, depth);
        }
    }

    // Each of the later messages has a child already, and is to be linked below a chain as long as the mailbox: looked for naively, the
    // loops that this does not make cost 25,000 times 50,000 steps.
    [Fact]
    public void Build_WhereEachLinkLooksUpALongChain_IsNotQuadratic()
    {
        const int Chain = 50_000;
        const int Late = 25_000;
        var mails = new List<RfcThreads.Mail>();
        void Add(int id, params int[] references) => mails.Add(new(mails.Count + 1, id, references, mails.Count, 0, false));
        for (int i = 1; i <= Chain; i++)
        {
            Add(i, i == 1 ? [] : [i - 1]);
        }
        for (int i = 0; i < Late; i++)
        {
            Add(Chain + 1 + (2 * i), Chain + 2 + (2 * i));
        }
        for (int i = 0; i < Late; i++)
        {
            Add(Chain + 2 + (2 * i), Chain);
        }
        var forest = Build(mails);
        Assert.Single(forest.Roots);
        int bottom = Chain - 1;
        int children = 0;
        for (int child = forest.FirstChild(bottom); child != ThreadForest.None; child = forest.NextSibling(child))
        {
            children++;
        }
        Assert.Equal(Late, children);
    }

    [Fact]
    public void LinkForest_WithTheTree_AgreesWithWalkingUp()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(2, 40);
            int[] parents = [.. Enumerable.Repeat(-1, count)];
            var tree = new LinkCutTree(parents);
            for (int step = 0; step < 300; step++)
            {
                int a = random.Next(count), b = random.Next(count);
                Assert.Equal(RootOf(parents, a), tree.RootOf(a));
                if (parents[b] >= 0 && random.Next(3) == 0)
                {
                    parents[b] = -1;
                    tree.Cut(b);
                }
                else if (parents[b] < 0 && RootOf(parents, a) != b)
                {
                    parents[b] = a;
                    tree.Link(a, b);
                }
            }
        }
    }

    private static int RootOf(int[] parents, int node) => parents[node] < 0 ? node : RootOf(parents, parents[node]);

    private static ThreadForest Build(List<RfcThreads.Mail> mails)
    {
        var keys = new ThreadKeys([.. mails.Select(m =>
            ((UInt128)(ulong)m.Id, m.References.Select(r => (UInt128)(ulong)r).ToArray(), (UInt128)(ulong)m.Subject, m.IsReply))]);
        var order = new StableOrder(mails.Count);
        order.By([.. mails.Select(m => m.Date)], reverse: false);
        return ReferenceThreads.Build(keys, order.Places, default);
    }

    private static string Run(List<RfcThreads.Mail> mails)
    {
        var forest = Build(mails);
        var text = new StringBuilder();
        foreach (int root in forest.Roots)
        {
            List(root);
        }
        return text.ToString();

        void List(int node)
        {
            text.Append('(');
            if (node < forest.Messages)
            {
                text.Append(CultureInfo.InvariantCulture, $"{mails[node].Number}");
            }
            int child = forest.FirstChild(node);
            while (child >= 0 && forest.NextSibling(child) < 0)
            {
                Assert.True(node < forest.Messages, "a dummy with one child");
                text.Append(CultureInfo.InvariantCulture, $" {mails[child].Number}");
                child = forest.FirstChild(child);
            }
            if (child >= 0)
            {
                text.Append(text[^1] == '(' ? "" : " ");
                for (; child >= 0; child = forest.NextSibling(child))
                {
                    List(child);
                }
            }
            text.Append(')');
        }
    }
}
