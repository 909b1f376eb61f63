using Mox.Load.Stress;

namespace Mox.InteropTests;

/// <summary>What the clients of <c>mox-load stress</c> may conclude, where they read their replies in an unlucky order.</summary>
public sealed class StressModelTests
{
    [Fact]
    public void Keyword_StoredBeforeTheMakerReadsItsReply_StaysAsItsClientKnowsIt()
    {
        Fate fate = new(clients: 4);
        fate.StoreKeyword(client: 1, value: null); // refused for another message of the set
        fate.StoreKeyword(client: 2, value: true);
        fate.SetFirstKeywords(maker: 0, hasKeyword: true);
        bool?[] known = [true, null, true, false];
        Assert.Equal(known, Enumerable.Range(0, known.Length).Select(fate.HasKeyword));
    }

    [Fact]
    public void Failure_OfAMessage_TellsWhatWasDoneToItLast()
    {
        RecentLines lines = new(kept: 2);
        lines.Add("client 1 ", "made it");
        lines.Add("client 2 ", "copied it");
        lines.Add("client 3 ", "moved it");
        Assert.Matches(@"^ +\d+\.\d{4} client 2 copied it\n +\d+\.\d{4} client 3 moved it$", lines.ToString());
    }
}
