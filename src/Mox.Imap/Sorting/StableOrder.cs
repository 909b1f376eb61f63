using System.Numerics;
using Mox.Store;

namespace Mox.Imap.Sorting;

/// <summary>An order of places that is sorted key by key, the least important first: each pass keeps the order of what is equal.</summary>
internal sealed class StableOrder
{
    // As many are compared whole.
    private const int FewTexts = 16;

    private int[] _order;

    public StableOrder(int count)
    {
        _order = new int[count];
        for (int i = 0; i < count; i++)
        {
            _order[i] = i;
        }
    }

    /// <summary>The places, in order.</summary>
    public int[] Places => _order;

    /// <summary>Sorts by a number of each place.</summary>
    public void By(long[] values, bool reverse)
    {
        if (_order.Length < 2)
        {
            return;
        }
        long min = long.MaxValue, max = long.MinValue;
        bool sorted = true;
        for (int i = 0; i < _order.Length; i++)
        {
            long value = values[_order[i]];
            sorted &= i == 0 || (reverse ? value <= values[_order[i - 1]] : value >= values[_order[i - 1]]);
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }
        if (sorted)
        {
            return;
        }
        int placeBits = BitOperations.Log2((uint)_order.Length - 1) + 1;
        if (BitOperations.Log2((ulong)max - (ulong)min) + 1 + placeBits <= 64)
        {
            Pack(values, reverse, min, max, placeBits);
        }
        else
        {
            _order = [.. reverse ? _order.OrderByDescending(place => values[place]) : _order.OrderBy(place => values[place])];
        }
    }

    /// <summary>Sorts by a text of each place.</summary>
    public void By(SortTexts texts, bool reverse) => By(Ranks(texts), reverse);

    // Value and place in one number: those sort several times as fast as pairs, and ties stay as they stand.
    private void Pack(long[] values, bool reverse, long min, long max, int placeBits)
    {
        ulong[] packed = new ulong[_order.Length];
        for (int i = 0; i < packed.Length; i++)
        {
            long value = values[_order[i]];
            packed[i] = ((reverse ? (ulong)max - (ulong)value : (ulong)value - (ulong)min) << placeBits) | (uint)i;
        }
        Array.Sort(packed);
        int[] order = new int[packed.Length];
        ulong mask = (1UL << placeBits) - 1;
        for (int i = 0; i < packed.Length; i++)
        {
            order[i] = _order[(int)(packed[i] & mask)];
        }
        _order = order;
    }

    // The rank of each text among all; equal ones have the same.
    private static long[] Ranks(SortTexts texts)
    {
        int[] places = InOrder(texts);
        long[] ranks = new long[places.Length];
        long rank = 0;
        for (int i = 0; i < places.Length; i++)
        {
            rank += i > 0 && texts[places[i]].SequenceEqual(texts[places[i - 1]]) ? 0 : 1;
            ranks[places[i]] = rank;
        }
        return ranks;
    }

    // Eight octets at a time: subjects of a list begin alike, and comparing them whole would look at that beginning over and over.
    private static int[] InOrder(SortTexts texts)
    {
        ulong[] heads = new ulong[texts.Count];
        int[] places = new int[texts.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }
        var alike = new Stack<(int Start, int End, int Offset)>([(0, places.Length, 0)]);
        while (alike.TryPop(out var group))
        {
            for (int i = group.Start; i < group.End; i++)
            {
                heads[i] = Head(texts[places[i]], group.Offset);
            }
            Array.Sort(heads, places, group.Start, group.End - group.Start);
            for (int start = group.Start, end; start < group.End; start = end)
            {
                int longest = texts[places[start]].Length;
                for (end = start + 1; end < group.End && heads[end] == heads[start]; end++)
                {
                    longest = Math.Max(longest, texts[places[end]].Length);
                }
                if (end - start < FewTexts)
                {
                    places.AsSpan(start, end - start).Sort((a, b) => texts[a].SequenceCompareTo(texts[b]));
                }
                else if (longest > group.Offset + sizeof(ulong))
                {
                    alike.Push((start, end, group.Offset + sizeof(ulong)));
                }
                else
                {
                    // The same but for NULs at the end.
                    places.AsSpan(start, end - start).Sort((a, b) => texts[a].Length.CompareTo(texts[b].Length));
                }
            }
        }
        return places;
    }

    private static ulong Head(ReadOnlySpan<byte> text, int offset)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong)];
        head.Clear();
        text[Math.Min(offset, text.Length)..Math.Min(offset + sizeof(ulong), text.Length)].CopyTo(head);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(head);
    }
}
