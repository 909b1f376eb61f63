namespace Mox.Store.Tests;

public class CheckpointTests
{
    [Fact]
    public async Task Log_IsCopiedIntoTheDatabase_OnlyWhenNothingWasWrittenForAWhile()
    {
        await using TestStore test = await TestStore.StartAsync();
        string database = Path.Combine(test.AccountDirectory, "account.db");
        long before = new FileInfo(database).Length;
        for (int i = 0; new FileInfo(database + "-wal").Length < 1_100 * 4_096; i++)
        {
            await test.AddAsync(TestStore.Text(i));
        }

        Assert.Equal(before, new FileInfo(database).Length);
        await test.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(50));
        test.Time.Advance(TimeSpan.FromMilliseconds(50));
        await TestStore.EventuallyAsync(() => new FileInfo(database).Length > before);
    }
}
