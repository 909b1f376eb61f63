using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>The mailboxes that a client has not selected, as NOTIFY told of them last (RFC 5465 section 4).</summary>
internal sealed class Elsewhere
{
    // What a client does is told to it or not, and may come mixed with what others do, a little after the reply.
    private const int CommandsUntilTrusted = 3;

    private readonly Dictionary<int, string> _told = [];
    private readonly Dictionary<int, int> _untrusted = [];

    /// <summary>Takes STATUS responses, and leaves all others alone.</summary>
    public void Apply(string line)
    {
        string[] part = line.Split(' ', 4);
        if (part is ["*", "STATUS", var name, var items] && StressTarget.Number(name) is { } mailbox && !_untrusted.ContainsKey(mailbox))
        {
            _told[mailbox] = items;
        }
    }

    /// <summary>What was told no longer holds: the client has selected the mailbox, or changed it, which it is not told of.</summary>
    public void Forget(int mailbox)
    {
        _told.Remove(mailbox);
        _untrusted[mailbox] = CommandsUntilTrusted;
    }

    public void EndCommand()
    {
        foreach (int mailbox in _untrusted.Keys.ToArray())
        {
            if (--_untrusted[mailbox] == 0)
            {
                _untrusted.Remove(mailbox);
            }
        }
    }

    /// <summary>While nobody changes anything and the client has heard all: what differs from what is there, if anything.</summary>
    public string? Wrong(int mailbox, int messages, int unseen, long highestModSeq)
    {
        if (!_told.TryGetValue(mailbox, out string? items))
        {
            return null;
        }

        bool isRight = Number("MESSAGES") == messages && Number("UNSEEN") == unseen && Number("HIGHESTMODSEQ") is var told && (told is null || told == highestModSeq);
        return isRight ? null : $"it was told {items} of mailbox {mailbox}, where {messages} messages are, {unseen} unseen, HIGHESTMODSEQ {highestModSeq}";

        long? Number(string item)
        {
            string[] words = items.Trim('(', ')').Split(' ');
            int at = Array.IndexOf(words, item);
            return at < 0 ? null : long.Parse(words[at + 1], CultureInfo.InvariantCulture);
        }
    }
}
