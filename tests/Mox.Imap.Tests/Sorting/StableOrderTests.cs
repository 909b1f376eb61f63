using Mox.Imap.Sorting;
using Mox.Store;

namespace Mox.Imap.Tests.Sorting;

public class StableOrderTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(long.MaxValue)]
    public void By_SeveralKeys_IsStableAndAgreesWithLinq(long range)
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(40);
            long[] first = Values(count), second = Values(count);
            bool down = random.Next(2) == 0;
            var order = new StableOrder(count);
            order.By(second, !down);
            order.By(first, down);
            var places = Enumerable.Range(0, count);
            var expected = down
                ? places.OrderByDescending(i => first[i]).ThenBy(i => second[i]).ThenBy(i => i)
                : places.OrderBy(i => first[i]).ThenByDescending(i => second[i]).ThenBy(i => i);
            Assert.Equal(expected, order.Places);
        }

        // Up to the whole range of numbers: those cannot be packed.
        long[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(range) * (random.Next(2) == 0 ? 1 : -1))];
    }

    [Fact]
    public void By_Texts_AgreesWithOctets()
    {
        var random = new Random(8);
        for (int round = 0; round < 200; round++)
        {
            // Many that begin alike, are equal, or differ in a NUL at the end.
            byte[][] all = [.. Enumerable.Range(0, random.Next(200)).Select(_ => Text(random.Next(4) * 6, random.Next(5)))];
            var texts = new SortTexts(all.Length);
            for (int i = 0; i < all.Length; i++)
            {
                texts.Set(i, all[i]);
            }

            var order = new StableOrder(all.Length);
            order.By(texts, reverse: false);
            var octets = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));
            Assert.Equal(Enumerable.Range(0, all.Length).OrderBy(i => all[i], octets), order.Places);
        }

        byte[] Text(int alike, int rest) =>
            [.. Enumerable.Repeat((byte)'x', alike), .. Enumerable.Range(0, rest).Select(_ => (byte)random.Next(3))];
    }
}
