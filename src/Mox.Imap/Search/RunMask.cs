using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>Which messages of a <see cref="SnapshotRun"/>: a bit for each.</summary>
internal readonly struct RunMask(Vector512<ulong> bits) : IEquatable<RunMask>
{
    private const int WordBits = 64;
    private const int Words = SnapshotRun.MaxCount / WordBits;
    private readonly Vector512<ulong> _bits = bits;

    public static RunMask None => default;

    public bool IsEmpty => _bits == Vector512<ulong>.Zero;

    public static RunMask operator &(RunMask left, RunMask right) => new(left._bits & right._bits);

    public static RunMask operator |(RunMask left, RunMask right) => new(left._bits | right._bits);

    public static RunMask operator -(RunMask left, RunMask right) => new(Vector512.AndNot(left._bits, right._bits));

    /// <summary>The messages from one index up to another, which is not in it.</summary>
    public static RunMask Range(int from, int to)
    {
        var mask = new Builder();
        for (int i = from; i < to;)
        {
            int word = i / WordBits, first = i % WordBits;
            int count = Math.Min(WordBits - first, to - i);
            mask.Add(word, (count == WordBits ? ulong.MaxValue : (1UL << count) - 1) << first);
            i += count;
        }
        return mask.Build();
    }

    /// <summary>One message.</summary>
    public static RunMask Of(int index) => Range(index, index + 1);

    /// <summary>The messages whose value in a column passes a test.</summary>
    public static RunMask Where<T, TTest>(ReadOnlySpan<T> column, TTest test)
        where TTest : struct, IColumnTest<T>
    {
        var mask = new Builder();
        for (int word = 0; word * WordBits < column.Length; word++)
        {
            var part = column.Slice(word * WordBits, Math.Min(WordBits, column.Length - word * WordBits));
            ulong passed = 0;
            for (int i = 0; i < part.Length; i++)
            {
                passed |= (test.Passes(part[i]) ? 1UL : 0) << i;
            }
            mask.Add(word, passed);
        }
        return mask.Build();
    }

    public Enumerator GetEnumerator() => new(_bits);

    public bool Equals(RunMask other) => _bits == other._bits;

    public override bool Equals(object? obj) => obj is RunMask other && Equals(other);

    public override int GetHashCode() => _bits.GetHashCode();

    /// <summary>A mask that is made message by message.</summary>
    [InlineArray(Words)]
    public struct Builder
    {
        private ulong _first;

        public void Add(int index) => Add(index / WordBits, 1UL << (index % WordBits));

        public readonly RunMask Build() => new(Vector512.Create(MemoryMarshal.CreateReadOnlySpan(in _first, Words)));

        internal void Add(int word, ulong bits) => MemoryMarshal.CreateSpan(ref _first, Words)[word] |= bits;
    }

    /// <summary>The indexes, ascending.</summary>
    public struct Enumerator(Vector512<ulong> bits)
    {
        private int _word;
        private ulong _left = bits[0];

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_left == 0)
            {
                if (++_word >= Words)
                {
                    return false;
                }
                _left = bits[_word];
            }
            Current = _word * WordBits + BitOperations.TrailingZeroCount(_left);
            _left &= _left - 1;
            return true;
        }
    }
}

/// <summary>A test of one value; a struct, so that the loop over a column is compiled for it.</summary>
internal interface IColumnTest<in T>
{
    bool Passes(T value);
}

/// <summary>The flag is set, or is not.</summary>
internal readonly struct FlagTest(MessageFlags flag, bool isSet) : IColumnTest<MessageFlags>
{
    private readonly MessageFlags _wanted = isSet ? flag : MessageFlags.None;

    public bool Passes(MessageFlags value) => (value & flag) == _wanted;
}

/// <summary>A number from the first to the last, both inclusive.</summary>
internal readonly struct RangeTest(long first, long last) : IColumnTest<long>, IColumnTest<uint>
{
    public bool Passes(long value) => value >= first && value <= last;

    public bool Passes(uint value) => value >= first && value <= last;
}
