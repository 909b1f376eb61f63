using Mox.Imap.Sorting;

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
}
