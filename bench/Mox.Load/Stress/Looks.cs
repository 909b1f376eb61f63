using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>The commands by which a client only looks, each held to what the client must see.</summary>
internal sealed class Looks(StressClient client, Ledger ledger, Random random)
{
    private View View => client.View;

    public Task LookAsync() => random.Next(client.UsesUids ? 3 : 5) switch
    {
        0 => FetchAsync(byUid: true),
        1 => SearchAsync(byUid: true),
        2 when client.TellsModSeq => FetchChangedAsync(),
        < 4 => FetchAsync(byUid: client.UsesUids),
        _ => SearchAsync(byUid: false),
    };

    // Messages that were expunged can be read by those who have not been told (RFC 2180 section 4.1.1).
    private async Task FetchAsync(bool byUid)
    {
        int first = random.Next(View.Messages.Count);
        List<Entry> some = View.Messages.GetRange(first, Math.Min(random.Next(1, 40), View.Messages.Count - first));
        List<uint> wanted = [.. some.Select(entry => entry.Uid)];
        string set = byUid ? $"UID FETCH {wanted[0]}:{wanted[^1]}" : $"FETCH {first + 1}:{first + some.Count}";
        await client.OkAsync($"{set} (UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", mayShrink: byUid);
        if (wanted.Find(uid => !View.Answered.Contains(uid) && !WasToldGone(uid)) is var missing and not 0)
        {
            throw View.Failure(missing, $"{set}: nothing about UID {missing}, which was never told to be gone");
        }
    }

    // All that changed since one of them did (RFC 7162 section 3.1.4.1); with QRESYNC also what is gone, which nothing in the view may be.
    private async Task FetchChangedAsync()
    {
        long since = View.Messages[random.Next(View.Messages.Count)].ModSeq;
        if (since == 0)
        {
            return;
        }

        List<uint> wanted = [.. View.Messages.Where(entry => entry.ModSeq > since).Select(entry => entry.Uid)];
        string command = $"UID FETCH 1:{View.LargestUid} (FLAGS) (CHANGEDSINCE {since}{(client.Kind == Kind.QResync ? " VANISHED" : "")})";
        await client.OkAsync(command, mayShrink: true);
        if (wanted.Find(uid => !View.Answered.Contains(uid) && ledger.MustBeThere(View.Mailbox, uid)) is var missing and not 0)
        {
            throw View.Failure(missing, $"{command}: nothing about UID {missing}");
        }
    }

    // By a push that came after the client had sent its command, and was done before the server read it.
    private bool WasToldGone(uint uid) => client.HearsOfGone && View.Find(uid) is null;

    private async Task SearchAsync(bool byUid)
    {
        (uint largest, uint half) = (View.LargestUid, Math.Max(1, View.LargestUid / 2));
        (string criterion, Func<uint, bool?> isRight) = random.Next(3) switch
        {
            0 => ("ALL", (Func<uint, bool?>)(_ => true)),
            1 => ($"UID 1:{half}", uid => uid <= half),
            // What may be gone may have been told last with other flags.
            _ => ($"KEYWORD {client.Keyword}", uid => ledger.MustBeThere(View.Mailbox, uid) ? ledger.HasKeyword(client.Number, View.Mailbox, uid) : null),
        };
        bool extended = random.Next(2) == 0;
        string command = $"{(byUid ? "UID " : "")}SEARCH {(extended ? "RETURN (COUNT ALL) " : "")}{criterion}";
        bool isFound = false;
        View.Searched = response =>
        {
            isFound = true;
            CompareWithView(command, criterion, Numbers(response), byUid, uid => uid <= largest ? isRight(uid) : null);
        };
        await client.OkAsync(command, mayShrink: byUid);
        View.Searched = null;
        if (!isFound)
        {
            throw new LoadException($"{command}: no result");
        }
    }

    private void CompareWithView(string command, string criterion, HashSet<uint> found, bool byUid, Func<uint, bool?> isRight)
    {
        for (int i = 0; i < View.Messages.Count; i++)
        {
            uint uid = View.Messages[i].Uid;
            bool isFound = found.Remove(byUid ? uid : (uint)i + 1);
            if (isRight(uid) is { } right && right != isFound)
            {
                throw View.Failure(uid, $"{command}: UID {uid} {(isFound ? "is found" : "is not found")}, and {criterion} should decide otherwise");
            }
        }

        if (found.Count > 0)
        {
            throw new LoadException($"{command}: {string.Join(' ', found.Order().Take(5))} found, which the client was never told of");
        }
    }

    private static HashSet<uint> Numbers(string response)
    {
        string[] part = response.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (part[1] == "SEARCH")
        {
            // A search for MODSEQ ends with what is in parentheses; none is asked for here.
            return [.. part[2..].Select(number => uint.Parse(number, CultureInfo.InvariantCulture))];
        }

        int all = Array.IndexOf(part, "ALL");
        HashSet<uint> numbers = all < 0 ? [] : [.. UidSet.Parse(part[all + 1])];
        // Without RETURN the answer of IMAP4rev2 has ALL only.
        int count = Array.IndexOf(part, "COUNT");
        return count < 0 || int.Parse(part[count + 1], CultureInfo.InvariantCulture) == numbers.Count
            ? numbers : throw new LoadException($"{response}: COUNT of {numbers.Count}");
    }
}
