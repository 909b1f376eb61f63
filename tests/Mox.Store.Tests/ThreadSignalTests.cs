namespace Mox.Store.Tests;

public class ThreadSignalTests
{
    [Fact]
    public void Set_BeforeWait_IsKept()
    {
        using var signal = new ThreadSignal();
        signal.Set();
        signal.Wait();
    }

    [Fact]
    public void Set_OneForEachWait_HandsOverEveryTime()
    {
        const int Times = 20_000;
        using var there = new ThreadSignal();
        using var back = new ThreadSignal();
        int value = 0;
        int seen = 0;
        var thread = new Thread(() =>
        {
            for (int i = 1; i <= Times; i++)
            {
                there.Wait();
                seen += value == i ? 1 : 0;
                back.Set();
            }
        });
        thread.Start();
        for (int i = 1; i <= Times; i++)
        {
            value = i;
            there.Set();
            back.Wait();
        }

        thread.Join();
        Assert.Equal(Times, seen);
    }
}
