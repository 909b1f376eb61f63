using System.Globalization;

namespace Mox.Imap.Tests.Threading;

/// <summary>REFERENCES written down as RFC 5256 section 3 tells it, with objects and without a thought for speed.</summary>
internal sealed class RfcThreads
{
    private readonly Dictionary<int, Container> _table = [];
    private readonly Container _root = new();

    private RfcThreads()
    {
    }

    public sealed record Mail(int Number, int Id, int[] References, long Date, int Subject, bool IsReply);

    public static string Run(IReadOnlyList<Mail> mails)
    {
        var threads = new RfcThreads();
        threads.Step1(mails);
        threads.Step2();
        Prune(threads._root);
        threads._root.Children.Sort(ByDate);
        threads.Step5();
        SortBelow(threads._root);
        return string.Concat(threads._root.Children.Select(Text));
    }

    private readonly List<Container> _all = [];

    private void Step1(IReadOnlyList<Mail> mails)
    {
        var own = new List<Container>();
        foreach (var mail in mails)
        {
            bool isUnique = mail.Id == 0 || mails.First(m => m.Id == mail.Id) != mail;
            var container = isUnique ? New() : ById(mail.Id);
            container.Mail = mail;
            own.Add(container);
        }
        for (int i = 0; i < mails.Count; i++)
        {
            Container? previous = null;
            foreach (int reference in mails[i].References)
            {
                var next = ById(reference);
                if (previous is not null && next.Parent is null && !WouldLoop(previous, next))
                {
                    next.MoveTo(previous);
                }
                previous = next;
            }
            own[i].MoveTo(null);
            if (previous is not null && !WouldLoop(previous, own[i]))
            {
                own[i].MoveTo(previous);
            }
        }
    }

    private void Step2()
    {
        foreach (var container in _all.Where(c => c.Parent is null))
        {
            container.MoveTo(_root);
        }
    }

    // Step 3, children first, so that no dummy is left with one child.
    private static void Prune(Container container)
    {
        foreach (var child in container.Children.ToList())
        {
            Prune(child);
        }
        if (container.Parent is { } parent && container.Mail is null)
        {
            bool isTop = parent.Parent is null;
            if (container.Children.Count == 0)
            {
                container.MoveTo(null);
            }
            else if (!isTop || container.Children.Count == 1)
            {
                container.Children.ToList().ForEach(c => c.MoveTo(parent));
                container.MoveTo(null);
            }
        }
    }

    private void Step5()
    {
        var table = new Dictionary<int, Container>();
        var roots = _root.Children.ToList();
        foreach (var current in roots)
        {
            int subject = Subject(current);
            if (subject == 0)
            {
                continue;
            }
            if (!table.TryGetValue(subject, out var known))
            {
                table[subject] = current;
            }
            else if (known.Mail is not null && (current.Mail is null || (known.Mail.IsReply && !current.Mail.IsReply)))
            {
                table[subject] = current;
            }
        }
        foreach (var current in roots)
        {
            int subject = Subject(current);
            if (subject == 0 || table[subject] == current)
            {
                continue;
            }
            var known = table[subject];
            if (current.Mail is null && known.Mail is null)
            {
                current.Children.ToList().ForEach(c => c.MoveTo(known));
                current.MoveTo(null);
            }
            else if (known.Mail is null || (current.Mail!.IsReply && !known.Mail.IsReply))
            {
                current.MoveTo(known);
            }
            else
            {
                var dummy = new Container();
                dummy.MoveTo(_root);
                current.MoveTo(dummy);
                known.MoveTo(dummy);
                table[subject] = dummy;
            }
        }
    }

    private static void SortBelow(Container container)
    {
        container.Children.ForEach(SortBelow);
        container.Children.Sort(ByDate);
    }

    private static int ByDate(Container a, Container b) => Key(a).CompareTo(Key(b));

    private static (long, int) Key(Container c) => c.Mail is { } mail ? (mail.Date, mail.Number) : c.Children.Min(Key);

    private static int Subject(Container c) => (c.Mail ?? c.Children.MinBy(Key)!.Mail!).Subject;

    private static bool WouldLoop(Container parent, Container child)
    {
        for (Container? at = parent; at is not null; at = at.Parent)
        {
            if (at == child)
            {
                return true;
            }
        }
        return false;
    }

    private static string Text(Container c) => $"({Members(c)})";

    private static string Members(Container c)
    {
        string number = c.Mail?.Number.ToString(CultureInfo.InvariantCulture) ?? "";
        string below = c.Children.Count == 1 ? Members(c.Children[0]) : string.Concat(c.Children.Select(Text));
        return number.Length > 0 && below.Length > 0 ? $"{number} {below}" : number + below;
    }

    private Container ById(int id)
    {
        if (!_table.TryGetValue(id, out var container))
        {
            container = New();
            _table.Add(id, container);
        }
        return container;
    }

    private Container New()
    {
        var container = new Container();
        _all.Add(container);
        return container;
    }

    private sealed class Container
    {
        public Mail? Mail { get; set; }

        public Container? Parent { get; private set; }

        public List<Container> Children { get; } = [];

        public void MoveTo(Container? parent)
        {
            Parent?.Children.Remove(this);
            Parent = parent;
            parent?.Children.Add(this);
        }
    }
}
