using System.Net;

namespace Mox.Load.Stress;

/// <summary>How a client hears of changes.</summary>
internal enum Kind
{
    Plain,
    CondStore,
    QResync,
    UidOnly,
}

/// <summary>How to reach the server under stress.</summary>
internal sealed record StressTarget(IPEndPoint? Imap, IPEndPoint Imaps, string User, string Password, int Mailboxes)
{
    public static string Mailbox(int number) => $"Stress{number}";

    /// <summary>In the clear where that is possible and asked for.</summary>
    public Task<Dialog> OpenAsync(bool tls) => Dialog.OpenAsync(tls || Imap is null ? Imaps : Imap, tls || Imap is null, User, Password);
}

/// <summary>
/// A client of the stress program: its connection, its view of the mailbox that it has selected, and the commands by which both are kept.
/// What it does at random is <see cref="Deeds"/>.
/// </summary>
internal sealed class StressClient(int number, Kind kind, StressTarget target, Ledger ledger, Random random) : IDisposable
{
    private readonly bool _tls = number % 2 == 0;
    private readonly bool _compressed = number % 3 == 0;
    private Dialog? _dialog;

    public int Number { get; } = number;

    public Kind Kind { get; } = kind;

    public View View { get; private set; } = new(0, ledger);

    public string Keyword { get; } = Ledger.Keyword(number);

    /// <summary>A STORE of the own keyword is under way.</summary>
    public bool IsStoringKeyword { get; set; }

    /// <summary>Whether the last command was one by UIDs.</summary>
    public bool LastWasUid { get; private set; }

    public string Lines => _dialog?.Lines ?? "";

    public bool TellsModSeq => Kind != Kind.Plain;

    public override string ToString() => $"client {Number} ({Kind}{(_tls ? ", TLS" : "")}{(_compressed ? ", deflated" : "")}) in mailbox {View.Mailbox}";

    /// <summary>Makes a new connection and selects a mailbox; with QRESYNC it resumes what it knew of it.</summary>
    public async Task ConnectAsync(int mailbox)
    {
        _dialog?.Dispose();
        _dialog = await target.OpenAsync(_tls);
        if (_compressed)
        {
            await _dialog.CompressAsync();
        }

        if (Kind != Kind.Plain)
        {
            await _dialog.OkAsync(Kind switch { Kind.QResync => "ENABLE QRESYNC", Kind.UidOnly => "ENABLE UIDONLY CONDSTORE", _ => "ENABLE CONDSTORE" });
        }

        await SelectAsync(mailbox);
    }

    public async Task SelectAsync(int mailbox)
    {
        bool resume = Kind == Kind.QResync && View.Mailbox == mailbox && View.ToldModSeq > 0;
        string known = resume ? KnownUids() : "";
        string parameters = resume ? $" (QRESYNC ({View.UidValidity} {View.ToldModSeq}{known}))" : Kind == Kind.CondStore ? " (CONDSTORE)" : "";
        if (!resume)
        {
            View = new View(mailbox, ledger) { IsUidOnly = Kind == Kind.UidOnly, FlagsTold = CheckKeyword };
        }

        View.BeginSelect(resume);
        await _dialog!.OkAsync($"SELECT {StressTarget.Mailbox(mailbox)}{parameters}", View.Apply);
        View.EndSelect(saidUids: known.Length > 0);
        await LearnAsync();
    }

    /// <summary>Runs a command during which messages may be taken away, or not.</summary>
    public async Task<Reply> RunAsync(string command, bool mayShrink, Action<string>? seen = null)
    {
        View.MayShrink = mayShrink;
        View.Answered.Clear();
        LastWasUid = command.StartsWith("UID ", StringComparison.Ordinal);
        Reply reply = await _dialog!.RunAsync(command, response =>
        {
            seen?.Invoke(response);
            View.Apply(response);
        });
        if (reply.Code("HIGHESTMODSEQ") is [var highest])
        {
            View.ToldModSeq = long.Parse(highest, null);
        }

        return reply;
    }

    public async Task<Reply> OkAsync(string command, bool mayShrink) =>
        await RunAsync(command, mayShrink) is { IsOk: true } reply ? reply : throw new LoadException($"{command} was refused");

    public Task<Reply> AppendAsync(int mailbox, string flags, byte[] message)
    {
        View.MayShrink = true;
        return _dialog!.AppendAsync(StressTarget.Mailbox(mailbox), flags, message, View.Apply);
    }

    public Task<Reply> IdleAsync(TimeSpan duration)
    {
        View.MayShrink = true;
        return _dialog!.IdleAsync(duration, View.Apply);
    }

    /// <summary>Asks about the messages that it knows only the number of.</summary>
    public async Task LearnAsync()
    {
        string modSeq = TellsModSeq ? " MODSEQ" : "";
        while (View.HasUnknown)
        {
            await OkAsync($"UID FETCH {View.LargestUid + 1}:* (UID FLAGS{modSeq})", mayShrink: true);
        }
    }

    /// <summary>Hears all that has happened; when nobody changes anything, its view is that of the server afterwards.</summary>
    public async Task SettleAsync()
    {
        await OkAsync("NOOP", mayShrink: true);
        await LearnAsync();
    }

    public void Dispose() => _dialog?.Dispose();

    // Of a message that is gone the server may tell what it told last, though the client stored flags since.
    private void CheckKeyword(uint uid, HashSet<string> flags)
    {
        if (!IsStoringKeyword && ledger.MustBeThere(View.Mailbox, uid) && ledger.HasKeyword(View.Mailbox, uid, Number) is { } should && should != flags.Contains(Keyword))
        {
            throw new LoadException($"UID {uid} is told {(should ? "without" : "with")} the keyword {Keyword}");
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
