using System.Buffers;
using Mox.EmailAuth.Results;
using Mox.Mime;

namespace Mox.Delivery.Senders;

/// <summary>
/// Takes out of a header, while it passes, every Authentication-Results that claims to be of this server: readers would believe it (RFC
/// 8601 section 5). All other bytes pass as they are.
/// </summary>
/// <remarks>Bounded: only a field of this name is held back, and of it no more than is needed to read whose it claims to be.</remarks>
/// <param name="hosts">The names of this server.</param>
/// <param name="pass">Takes what passes.</param>
internal sealed class ForgedResultsFilter(IReadOnlyCollection<string> hosts, ForgedResultsFilter.Pass pass)
{
    // The claim stands at the begin of the field.
    private const int MaxHeld = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _held = new(256);
    private Place _place = Place.LineStart;
    private Fate _fate = Fate.Kept;
    private int _matched;

    /// <summary>Takes bytes.</summary>
    public delegate void Pass(ReadOnlySpan<byte> bytes);

    private enum Place : byte
    {
        LineStart,
        LineStartCr,
        Name,
        Value,
        Body,
    }

    // What becomes of the field that is being read, its folded lines included.
    private enum Fate : byte
    {
        Kept,
        Held,
        Dropped,
    }

    /// <summary>How many fields were taken out.</summary>
    public int Removed { get; private set; }

    private static ReadOnlySpan<byte> FieldName => "authentication-results"u8;

    /// <summary>Passes on the next bytes; they may be split anywhere.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        // What stands from here up to the current place is kept, and passed on in one piece.
        int kept = 0;
        for (int at = 0; at < bytes.Length && _place != Place.Body;)
        {
            int count = _place == Place.Value ? RestOfLine(bytes[at..]) : 1;
            count = _fate == Fate.Held ? Math.Min(count, Math.Max(1, MaxHeld - _held.WrittenCount)) : count;
            var next = bytes.Slice(at, count);
            var before = _fate;
            if (before == Fate.Kept && _place == Place.LineStart && (next[0] | 0x20) == FieldName[0])
            {
                PassOn(bytes[kept..at]);
            }

            Step(next);
            if (_fate != Fate.Kept)
            {
                kept = at + count;
            }
            else if (before != Fate.Kept)
            {
                kept = at;
            }

            at += count;
        }

        PassOn(bytes[kept..]);
    }

    /// <summary>The content has ended: passes on what was held back.</summary>
    public void Finish() => EndField();

    private static int RestOfLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        return end < 0 ? bytes.Length : end + 1;
    }

    private void Step(ReadOnlySpan<byte> next)
    {
        byte b = next[0];
        if (_place == Place.Name)
        {
            Name(b);
        }
        else if (_place == Place.LineStart && b is not ((byte)' ' or (byte)'\t'))
        {
            EndField();
            if ((b | 0x20) == FieldName[0])
            {
                (_place, _fate, _matched) = (Place.Name, Fate.Held, 1);
                _held.Write(next);
                return;
            }
        }

        if (_fate == Fate.Held && _held.WrittenCount >= MaxHeld)
        {
            Judge();
        }

        if (_fate == Fate.Held)
        {
            _held.Write(next);
        }

        // A folded line, which begins with a space, goes on with the field before it.
        _place = (_place, next[^1]) switch
        {
            (Place.LineStart or Place.LineStartCr, (byte)'\n') => Place.Body,
            (Place.LineStart, (byte)'\r') => Place.LineStartCr,
            (Place.Name, _) when _fate == Fate.Held && b != ':' => Place.Name,
            (_, (byte)'\n') => Place.LineStart,
            _ => Place.Value,
        };
    }

    // Spaces may stand before the colon (RFC 5322 section 4.5).
    private void Name(byte b)
    {
        bool isWhole = _matched == FieldName.Length;
        bool isNext = !isWhole && (b | 0x20) == FieldName[_matched];
        _matched += isNext ? 1 : 0;
        if (!isNext && !(isWhole && b is (byte)':' or (byte)' ' or (byte)'\t'))
        {
            Release();
        }
    }

    private void EndField()
    {
        if (_fate == Fate.Held)
        {
            Judge();
        }

        _fate = Fate.Kept;
    }

    private void Judge()
    {
        bool isForged = new HeaderBlock(_held.WrittenMemory).Fields().Any(field => hosts.Any(host => AuthenticationResults.ClaimsToBeFrom(field, host)));
        if (isForged)
        {
            Removed++;
            _fate = Fate.Dropped;
            _held.Clear();
        }
        else
        {
            Release();
        }
    }

    private void PassOn(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            pass(bytes);
        }
    }

    private void Release()
    {
        PassOn(_held.WrittenSpan);
        _held.Clear();
        _fate = Fate.Kept;
    }
}
