using System.IO.Pipelines;
using System.Text;
using Mox.Imap.Search;
using Mox.Testing;

namespace Mox.Imap.Tests;

public class LongWorkTests
{
    [Fact]
    public async Task Work_OfLessThanTenSeconds_IsNotToldOf()
    {
        var time = new ManualTimeProvider();
        int told = 0;
        var work = new TaskCompletionSource<int>();
        var waiting = new LongWork(time, _ => Count(ref told)).WaitAsync(work.Task).AsTask();
        await time.WaitForTimersAsync();
        time.Advance(LongWork.Interval - TimeSpan.FromTicks(1));
        work.SetResult(7);
        Assert.Equal(7, await waiting);
        Assert.Equal(0, told);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task Work_IsToldOfEveryTenSeconds()
    {
        var time = new ManualTimeProvider();
        var told = new List<long>();
        var work = new TaskCompletionSource<int>();
        var long_ = new LongWork(time, progress =>
        {
            told.Add(progress.Done);
            return ValueTask.CompletedTask;
        });
        var waiting = long_.WaitAsync(work.Task).AsTask();
        for (int i = 1; i <= 3; i++)
        {
            await time.WaitForTimerAsync(LongWork.Interval);
            long_.Progress.Advance(5);
            time.Advance(LongWork.Interval);
        }
        await time.WaitForTimerAsync(LongWork.Interval);
        work.SetResult(1);
        await waiting;
        Assert.Equal([5, 10, 15], told);
    }

    [Fact]
    public async Task Parts_ShareTheTenSeconds()
    {
        var time = new ManualTimeProvider();
        int told = 0;
        var all = new LongWork(time, _ => Count(ref told));
        for (int part = 0; part < 4; part++)
        {
            var work = new TaskCompletionSource<int>();
            var waiting = all.WaitAsync(work.Task).AsTask();
            await time.WaitForTimersAsync();
            time.Advance(TimeSpan.FromSeconds(4));
            work.SetResult(part);
            Assert.Equal(part, await waiting);
        }
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task ClientGone_CancelsTheWork_AndWaitsForItsEnd()
    {
        var time = new ManualTimeProvider();
        var ended = new TaskCompletionSource();
        var long_ = new LongWork(time, _ => throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer));
        var running = long_.RunAsync<int>(
            async (_, ct) =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, ct);
                }
                finally
                {
                    ended.SetResult();
                }
                return 1;
            },
            default).AsTask();
        await time.WaitForTimersAsync();
        time.Advance(LongWork.Interval);
        await Assert.ThrowsAsync<ImapConnectionGoneException>(() => running);
        Assert.True(ended.Task.IsCompleted);
    }

    [Theory]
    [InlineData(0, 0, "* OK [INPROGRESS (\"a1\" NIL NIL)] still at it\r\n")]
    [InlineData(454, 1000, "* OK [INPROGRESS (\"a1\" 454 1000)] still at it\r\n")]
    [InlineData(1001, 1000, "* OK [INPROGRESS (\"a1\" 1000 1000)] still at it\r\n")]
    public async Task Response_SaysHowFar(long done, long goal, string expected)
    {
        var progress = new WorkProgress();
        progress.Expect(goal);
        progress.Advance(done);
        var pipe = new Pipe();
        var writer = new ImapWriter(pipe.Writer, TimeProvider.System, TimeSpan.FromMinutes(1));
        LongWork.Write(writer, "a1", progress);
        await writer.FlushAsync(default);
        var read = await pipe.Reader.ReadAsync();
        Assert.Equal(expected, Encoding.ASCII.GetString(read.Buffer));
    }

    private static ValueTask Count(ref int count)
    {
        count++;
        return ValueTask.CompletedTask;
    }
}
