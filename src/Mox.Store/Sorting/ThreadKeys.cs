namespace Mox.Store;

/// <summary>What messages are threaded by, in the order in which they were asked for.</summary>
/// <remarks>Ids and subjects are hashes, by which they are equal or not; zero is none.</remarks>
public sealed class ThreadKeys
{
    private readonly int[] _starts;
    private readonly int[] _counts;
    private UInt128[] _references = [];
    private int _used;

    /// <param name="messages">What each is threaded by: its id, its references with the oldest first, its subject.</param>
    public ThreadKeys(IReadOnlyList<(UInt128 Id, UInt128[] References, UInt128 Subject, bool IsReply)> messages)
        : this(messages.Count)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            (Ids[i], Subjects[i], AreReplies[i]) = (messages[i].Id, messages[i].Subject, messages[i].IsReply);
            (_starts[i], _counts[i]) = (_used, messages[i].References.Length);
            Array.ForEach(messages[i].References, Add);
        }
    }

    internal ThreadKeys(int count)
    {
        Dates = new long[count];
        Array.Fill(Dates, MessageKeys.NoDate);
        Ids = new UInt128[count];
        Subjects = new UInt128[count];
        AreReplies = new bool[count];
        _starts = new int[count];
        _counts = new int[count];
    }

    /// <summary>Sent date of each in Unix seconds, or <see cref="MessageKeys.NoDate"/>.</summary>
    public long[] Dates { get; }

    /// <summary>Message-ID of each.</summary>
    public UInt128[] Ids { get; }

    /// <summary>Base subject of each under i;unicode-casemap.</summary>
    public UInt128[] Subjects { get; }

    /// <summary>Whether the subject says that it is a reply or a forward.</summary>
    public bool[] AreReplies { get; }

    /// <summary>Ids that a message refers to, oldest first.</summary>
    public ReadOnlySpan<UInt128> References(int index) => _references.AsSpan(_starts[index], _counts[index]);

    internal void Set(int index, ReadOnlySpan<byte> keys, long? sentAt)
    {
        Dates[index] = sentAt ?? MessageKeys.NoDate;
        if (keys.Length < ThreadKeyCodec.FixedBytes)
        {
            return;
        }

        AreReplies[index] = (keys[0] & 1) != 0;
        Ids[index] = ThreadKeyCodec.Read(keys, 1);
        Subjects[index] = ThreadKeyCodec.Read(keys, 1 + ThreadKeyCodec.HashBytes);
        _starts[index] = _used;
        for (int at = ThreadKeyCodec.FixedBytes; at + ThreadKeyCodec.HashBytes <= keys.Length; at += ThreadKeyCodec.HashBytes)
        {
            Add(ThreadKeyCodec.Read(keys, at));
            _counts[index]++;
        }
    }

    private void Add(UInt128 reference)
    {
        if (_used == _references.Length)
        {
            Array.Resize(ref _references, Math.Max(Ids.Length + 16, _used * 2));
        }

        _references[_used++] = reference;
    }
}
