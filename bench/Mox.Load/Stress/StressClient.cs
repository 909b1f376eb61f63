using System.Globalization;
using System.Net;

namespace Mox.Load.Stress;

/// <summary>How to reach the server under stress.</summary>
internal sealed record StressTarget(IPEndPoint? Imap, IPEndPoint Imaps, string User, string Password, int Mailboxes)
{
    private const string Prefix = "Stress";

    public static string Mailbox(int number) => $"{Prefix}{number}";

    /// <summary>The number in a mailbox's name; null when it is not one of these.</summary>
    public static int? Number(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name[Prefix.Length..], CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>In the clear where that is possible and asked for.</summary>
    public Task<Dialog> OpenAsync(bool tls) => Dialog.OpenAsync(tls || Imap is null ? Imaps : Imap, tls || Imap is null, User, Password);
}

/// <summary>
/// A client of the stress program: its connection, its view of the mailbox that it has selected, and the commands by which both are kept.
/// What it does at random is <see cref="Deeds"/>.
/// </summary>
internal sealed class StressClient(int number, Kind kind, StressTarget target, Ledger ledger, Random random) : IDisposable
{
    private Dialog? _dialog;
    private Manner _manner = Manner.Next(kind, random);
    private bool _isSelected;

    public int Number { get; } = number;

    public View View { get; private set; } = new(number, 0, ledger);

    /// <summary>What NOTIFY told of the mailboxes that are not selected.</summary>
    public Elsewhere Elsewhere { get; private set; } = new();

    public string Keyword { get; } = Ledger.Keyword(number);

    /// <summary>A STORE of the own keyword is under way.</summary>
    public bool IsStoringKeyword { get; set; }

    /// <summary>Whether the last command was one by UIDs.</summary>
    public bool LastWasUid { get; private set; }

    /// <summary>How many connections there have been.</summary>
    public int Connections { get; private set; }

    public long Commands { get; private set; }

    public string Lines => _dialog?.Lines ?? "";

    public Kind Kind => kind;

    public bool TellsModSeq => _manner.TellsModSeq;

    /// <summary>Commands by sequence number are not for this client, on this connection.</summary>
    public bool UsesUids => _manner.UsesUids;

    /// <summary>The server tells of messages that are gone while no command runs.</summary>
    public bool HearsOfGone => _manner.Pushes == Pushes.Selected;

    /// <summary>The server has given up to tell this client of changes: it must connect anew.</summary>
    public bool IsOverflowed { get; private set; }

    public override string ToString() => $"client {Number} ({_manner}) in mailbox {View.Mailbox}";

    /// <summary>Makes a new connection, of another manner, and selects a mailbox; with QRESYNC it resumes what it knew of it.</summary>
    public async Task ConnectAsync(int mailbox)
    {
        _dialog?.Dispose();
        (_manner, Elsewhere, _isSelected, IsOverflowed) = (Manner.Next(kind, random), new(), false, false);
        _dialog = await target.OpenAsync(_manner.Tls);
        Connections++;
        if (_manner.Deflated)
        {
            await _dialog.CompressAsync();
        }

        if (_manner.Features.Length > 0)
        {
            await _dialog.OkAsync($"ENABLE {_manner.Features}");
        }

        if (_manner.Pushes != Pushes.None)
        {
            await _dialog.OkAsync(_manner.Notify, Elsewhere.Apply);
        }

        await SelectAsync(mailbox);
    }

    public async Task SelectAsync(int mailbox)
    {
        if (_isSelected && random.Next(3) == 0)
        {
            // What comes with these is of a mailbox that the client has left; it does not use the HIGHESTMODSEQ of CLOSE either.
            await _dialog!.OkAsync(random.Next(2) == 0 ? "CLOSE" : "UNSELECT", Elsewhere.Apply);
            _isSelected = false;
        }

        bool resume = kind == Kind.QResync && View.Mailbox == mailbox && View.ToldModSeq > 0;
        string known = resume ? KnownUids() : "";
        string parameters = resume ? $" (QRESYNC ({View.UidValidity} {View.ToldModSeq}{known}))" : kind == Kind.CondStore ? " (CONDSTORE)" : "";
        if (!resume)
        {
            View = new View(Number, mailbox, ledger) { IsUidOnly = kind == Kind.UidOnly, FlagsTold = CheckKeyword };
        }

        View.BeginSelect(resume);
        bool isThere = !_isSelected;
        await _dialog!.OkAsync($"SELECT {StressTarget.Mailbox(mailbox)}{parameters}", line =>
        {
            // Up to here it can be news of the other mailbox, which came after the client had sent its command.
            isThere |= line.Contains("[CLOSED]", StringComparison.Ordinal);
            Hear(line, isThere);
        });
        _isSelected = true;
        View.EndSelect(saidUids: known.Length > 0);
        Elsewhere.Forget(mailbox);
        await LearnAsync();
    }

    /// <summary>Runs a command during which messages may be taken away, or not.</summary>
    public Task<Reply> RunAsync(string command, bool mayShrink, Action<string>? seen = null)
    {
        LastWasUid = command.StartsWith("UID ", StringComparison.Ordinal);
        return HeedAsync(mayShrink, heard => _dialog!.RunAsync(command, heard), seen);
    }

    public async Task<Reply> OkAsync(string command, bool mayShrink) =>
        await RunAsync(command, mayShrink) is { IsOk: true } reply ? reply : throw new LoadException($"{command} was refused");

    /// <summary>APPEND or REPLACE up to its mailbox, and the messages for it.</summary>
    public Task<Reply> SendMessagesAsync(string command, IReadOnlyList<Draft> messages, Action<string>? seen = null) =>
        HeedAsync(mayShrink: true, heard => _dialog!.SendMessagesAsync(command, messages, heard), seen);

    public Task<Reply> IdleAsync(TimeSpan duration) => HeedAsync(mayShrink: true, heard => _dialog!.IdleAsync(duration, heard), null);

    /// <summary>Asks about the messages that it knows only the number of.</summary>
    public async Task LearnAsync()
    {
        if (IsOverflowed)
        {
            // What it knows is no base to resume from.
            View.ToldModSeq = 0;
            await ConnectAsync(View.Mailbox);
        }

        string modSeq = TellsModSeq ? " MODSEQ" : "";
        while (View.HasUnknown)
        {
            await OkAsync($"UID FETCH {View.LearnedUid + 1}:* (UID FLAGS{modSeq})", mayShrink: true);
        }

        View.Learned();
    }

    /// <summary>Hears all that has happened; when nobody changes anything, its view is that of the server afterwards.</summary>
    public async Task SettleAsync()
    {
        await OkAsync("NOOP", mayShrink: true);
        await LearnAsync();
    }

    public void Dispose() => _dialog?.Dispose();

    private async Task<Reply> HeedAsync(bool mayShrink, Func<Action<string>, Task<Reply>> run, Action<string>? seen)
    {
        View.MayShrink = mayShrink || HearsOfGone;
        View.Answered.Clear();
        Commands++;
        Reply reply = await run(line =>
        {
            seen?.Invoke(line);
            Hear(line, isHere: true);
        });
        Elsewhere.EndCommand();
        if (reply.Code("HIGHESTMODSEQ") is [var highest])
        {
            View.ToldModSeq = long.Parse(highest, CultureInfo.InvariantCulture);
        }

        if (random.Next(16) == 0)
        {
            // As on a slow machine: what others do and are told meanwhile comes before what this client concludes from the reply.
            await Task.Delay(random.Next(20));
        }

        return reply;
    }

    private void Hear(string line, bool isHere)
    {
        IsOverflowed |= line.Contains("[NOTIFICATIONOVERFLOW]", StringComparison.Ordinal);
        Elsewhere.Apply(line);
        if (isHere)
        {
            View.Apply(line);
        }
    }

    // Of a message that is gone the server may tell what it told last, though the client stored flags since.
    private void CheckKeyword(uint uid, HashSet<string> flags)
    {
        if (!IsStoringKeyword && ledger.MustBeThere(View.Mailbox, uid) && ledger.HasKeyword(Number, View.Mailbox, uid) is { } should && should != flags.Contains(Keyword))
        {
            throw View.Failure(uid, $"UID {uid} is told {(should ? "without" : "with")} the keyword {Keyword}");
        }
    }

    // What may follow in QRESYNC's parentheses: the known UIDs, and a sample of numbers and UIDs (RFC 7162 section 3.2.5).
    private string KnownUids()
    {
        if (View.Messages.Count == 0 || random.Next(3) == 0)
        {
            return "";
        }

        string known = $" 1:{View.LargestUid}";
        if (random.Next(2) == 0)
        {
            return known;
        }

        List<uint> numbers = [.. Enumerable.Range(1, View.Messages.Count).Where(_ => random.Next(4) == 0).Select(i => (uint)i).DefaultIfEmpty(1u)];
        return $"{known} ({UidSet.Format(numbers)} {UidSet.Format([.. numbers.Select(i => View.Messages[(int)i - 1].Uid)])})";
    }
}
