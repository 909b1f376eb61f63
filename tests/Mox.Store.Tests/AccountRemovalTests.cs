namespace Mox.Store.Tests;

public class AccountRemovalTests
{
    [Fact]
    public async Task Remove_Account_TakesItsMail()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(3);
        await test.CloseAsync();
        await test.OpenStoreAsync();
        await test.Store.TlsPublicKeys.AddAsync(new TlsKeyFile("f1", "RSA-2048"), "", "mox", "mox@localhost", false, default);
        await test.Store.TlsPublicKeys.AddAsync(new TlsKeyFile("f2", "RSA-2048"), "", "other", "other@localhost", false, default);
        await test.Store.RemoveAsync("mox", default);
        Assert.Equal("f2", Assert.Single(await test.Store.TlsPublicKeys.ListAsync(null, default)).Fingerprint);
        Assert.False(test.Store.Exists("mox"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(test.DataDirectory, "accounts")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(test.DataDirectory, "tmp")));
        await Assert.ThrowsAsync<AccountNotFoundException>(() => test.Store.RemoveAsync("mox", default));
        await Assert.ThrowsAsync<AccountNotFoundException>(async () => await test.Store.OpenAsync("mox", default));
    }

    [Fact]
    public async Task Remove_AccountInUse_EndsItsSessions()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(3);
        using ChangeFeed feed = test.Account.Subscribe();
        await test.Store.RemoveAsync("mox", default);
        Assert.False(await feed.WaitAsync(default));
        await Assert.ThrowsAsync<AccountUnavailableException>(() => test.AddAsync(TestStore.Text(4)));
        Assert.Throws<AccountUnavailableException>(() => test.Account.ReadRows([new MessageId(1)], MessageColumns.None));
    }

    [Fact]
    public async Task Remove_ThenCreate_IsAnotherAccount()
    {
        await using TestStore test = await TestStore.StartAsync();
        await test.AddManyAsync(3);
        UidValidity before = test.Inbox.UidValidity;
        await test.Store.SetPasswordAsync("mox", "old-password", default);
        await test.Store.RemoveAsync("mox", default);
        test.Time.Advance(TimeSpan.FromSeconds(10));
        await test.Store.CreateAsync("mox", InitialMailboxes.Default, default);
        await test.RestartAsync();
        Assert.Equal(0, test.Account.MessageCount);
        Assert.True(test.Inbox.UidValidity.Value > before.Value);
    }

    [Fact]
    public async Task IsInUse_WhileAProcessHasTheDirectory()
    {
        await using TestStore test = await TestStore.StartAsync();
        Assert.True(AccountStore.IsInUse(test.DataDirectory));
        await test.CloseAsync();
        Assert.False(AccountStore.IsInUse(test.DataDirectory));
        Assert.False(AccountStore.IsInUse(Path.Combine(test.DataDirectory, "none")));
        await test.OpenStoreAsync();
    }
}
