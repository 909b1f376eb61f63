using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Text;
using Mox.Mime;

namespace Mox.Store;

/// <summary>
/// Header texts of some hundreds of messages, folded by <see cref="UnicodeCasemap"/>, for looking for something in each of them: in memory
/// that the next read uses again, so that a search through a large mailbox makes no garbage. Filled by <see cref="Account.ReadTexts"/>;
/// not thread-safe. Those of a block (<see cref="Account.ReadTextBlock"/>) are shared by all searches and do not change.
/// </summary>
public sealed class HeaderTexts
{
    /// <summary>Contents whose identities differ only in what is left over by this are of one block, each at what is left over.</summary>
    public const int BlockContents = 512;

    // A read stops when it has so much: the longest texts of a batch would be twenty times that.
    private const int MaxBytes = 1024 * 1024;
    private const int FirstBytes = 32 * 1024;

    private static readonly ConcurrentDictionary<(HeaderTextColumns Columns, bool IsScan), string> Selects = new();

    private readonly int _width;
    private ArrayBufferWriter<char> _folded = new();
    private char[] _chars = [];
    private byte[] _bytes = new byte[FirstBytes];
    private int _used;
    private Message[] _messages = [];
    private Piece[] _texts = [];

    /// <summary>For these columns.</summary>
    public HeaderTexts(HeaderTextColumns columns)
    {
        Columns = columns;
        _width = BitOperations.PopCount((uint)(columns & ~HeaderTextColumns.SentAt));
    }

    /// <summary>What is read.</summary>
    public HeaderTextColumns Columns { get; }

    /// <summary>About how many bytes this takes.</summary>
    internal long SizeInMemory => 256 + _bytes.Length + (24L * _messages.Length) + (12L * _texts.Length);

    /// <summary>Whether there is (still) a row of the message.</summary>
    public bool Exists(int index) => _messages[index].Exists;

    /// <summary>Instant of the Date header in Unix seconds; null without one.</summary>
    public long? SentAtSeconds(int index) => _messages[index].SentAt;

    /// <summary>Whether one column of a message holds a text, which is folded and in UTF-8.</summary>
    public bool Contains(int index, HeaderTextColumns column, ReadOnlySpan<byte> folded)
    {
        Piece text = PieceOf(index, column);
        return _bytes.AsSpan(text.Start, text.Length).IndexOf(folded) >= 0;
    }

    /// <summary>Whether the message may have more of this text than its row: then its header must be asked.</summary>
    public bool MayBeCut(int index, HeaderTextColumns column) => PieceOf(index, column).MayBeCut;

    /// <summary>The texts of a whole block; null when they are too long to be kept together.</summary>
    internal static HeaderTexts? OfBlock(Database database, HeaderTextColumns columns, long block)
    {
        var texts = new HeaderTexts(columns);
        MessageId[] ids = [.. Enumerable.Range(0, BlockContents).Select(i => new MessageId((block * BlockContents) + i))];
        if (texts.Read(database, ids) < ids.Length)
        {
            return null;
        }

        Array.Resize(ref texts._bytes, texts._used);
        texts._chars = [];
        texts._folded = new(1);
        return texts;
    }

    /// <summary>Reads in the order of the identities; gives how many it read before it had enough.</summary>
    internal int Read(Database database, ReadOnlySpan<MessageId> ids)
    {
        _used = 0;
        if (_messages.Length < ids.Length)
        {
            _messages = new Message[ids.Length];
            _texts = new Piece[ids.Length * _width];
        }

        Array.Clear(_messages);
        int done = 0;
        while (done < ids.Length && (done == 0 || _used < MaxBytes))
        {
            int count = ContentRows.CountRun(ids[done..]);
            done += count < ContentRows.MinRun ? ReadOne(database, ids, done) : Scan(database, ids, done, count);
        }

        return done;
    }

    private int ReadOne(Database database, ReadOnlySpan<MessageId> ids, int at)
    {
        Statement read = database.Prepare(Selects.GetOrAdd((Columns, false), Select)).Bind(ids[at].Value);
        if (read.Step())
        {
            Take(read, at);
            read.Reset();
        }

        return 1;
    }

    private int Scan(Database database, ReadOnlySpan<MessageId> ids, int from, int count)
    {
        Statement read = database.Prepare(Selects.GetOrAdd((Columns, true), Select)).Bind(ids[from].Value).Bind(ids[from + count - 1].Value);
        int at = from;
        while (read.Step())
        {
            long id = read.Int64(0);
            while (ids[at].Value < id)
            {
                at++;
            }

            if (ids[at].Value == id)
            {
                Take(read, at);
                if (_used >= MaxBytes)
                {
                    read.Reset();
                    return at - from + 1;
                }
            }
        }

        return count;
    }

    private void Take(Statement read, int at)
    {
        int column = 1;
        long? sentAt = (Columns & HeaderTextColumns.SentAt) != 0 ? read.NullableInt64(column++) : null;
        _messages[at] = new(true, sentAt);
        for (int i = 0; i < _width; i++)
        {
            ReadOnlySpan<byte> text = read.Span(column + i);
            int start = _used;
            bool mayBeCut = text.Length >= MessageSummary.MaxTextLength - 1;
            if (Ascii.ToUpper(text, Room(text.Length), out int written) == OperationStatus.Done)
            {
                _used += written;
            }
            else
            {
                Fold(text);
            }

            _texts[at * _width + i] = new(start, _used - start, mayBeCut);
        }
    }

    private void Fold(ReadOnlySpan<byte> text)
    {
        if (_chars.Length < text.Length)
        {
            _chars = new char[text.Length];
        }

        int length = Encoding.UTF8.GetChars(text, _chars);
        _folded.ResetWrittenCount();
        UnicodeCasemap.Fold(_chars.AsSpan(0, length), _folded);
        _used += Encoding.UTF8.GetBytes(_folded.WrittenSpan, Room(Encoding.UTF8.GetMaxByteCount(_folded.WrittenCount)));
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _used < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + length));
        }

        return _bytes.AsSpan(_used);
    }

    private Piece PieceOf(int index, HeaderTextColumns column)
    {
        int before = BitOperations.PopCount((uint)(Columns & ~HeaderTextColumns.SentAt) & ((uint)column - 1));
        return _texts[index * _width + before];
    }

    private static string Select((HeaderTextColumns Columns, bool IsScan) key)
    {
        ReadOnlySpan<(HeaderTextColumns Column, string Name)> names =
        [
            (HeaderTextColumns.SentAt, "SentAt"), (HeaderTextColumns.Subject, "Subject"), (HeaderTextColumns.From, "FromHeader"),
            (HeaderTextColumns.To, "ToHeader"), (HeaderTextColumns.Cc, "CcHeader"), (HeaderTextColumns.Bcc, "BccHeader"),
        ];
        var sql = new StringBuilder("SELECT Id");
        foreach (var (column, name) in names)
        {
            sql.Append((key.Columns & column) != 0 ? ", " + name : "");
        }

        return sql.Append(" FROM Contents WHERE Id ").Append(key.IsScan ? "BETWEEN ? AND ? ORDER BY Id" : "= ?").ToString();
    }

    private readonly record struct Message(bool Exists, long? SentAt);

    private readonly record struct Piece(int Start, int Length, bool MayBeCut);
}
