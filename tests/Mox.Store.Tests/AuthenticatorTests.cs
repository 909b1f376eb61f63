using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Net.Limits;
using Mox.Net.Sasl;
using Mox.Testing;

namespace Mox.Store.Tests;

public class AuthenticatorTests
{
    [Fact]
    public async Task Login_RightWrongUnknownDisabled_AreToldApartInTheRecordOnly()
    {
        await using TestStore test = await StartAsync();
        StoreAuthenticator auth = Authenticator(test);
        LoginResult ok = await auth.LoginAsync("Mox@Localhost", "moxmoxmox", Context(), default);
        Assert.Equal((LoginOutcome.Ok, "mox", "mox@localhost"), (ok.Outcome, ok.Account, ok.LoginAddress));
        Assert.Equal(LoginOutcome.BadPassword, (await auth.LoginAsync("mox@localhost", "wrong", Context(), default)).Outcome);
        Assert.Equal(LoginOutcome.BadUser, (await auth.LoginAsync("nobody@localhost", "moxmoxmox", Context(), default)).Outcome);
        Assert.Equal(LoginOutcome.LoginDisabled, (await auth.LoginAsync("disabled@localhost", "moxmoxmox", Context(), default)).Outcome);
        Assert.Equal(LoginOutcome.BadUser, (await auth.LoginAsync("x' OR 1=1 --\0", "moxmoxmox", Context(), default)).Outcome);
        await auth.LoginAsync("mox@localhost", "wrong", Context(), default);

        IReadOnlyList<LoginAttempt> attempts = await test.Store.LoginAttempts.ListAsync("mox", 100, default);
        Assert.Equal(2, Assert.Single(attempts, a => a.Outcome == LoginOutcome.BadPassword).Count);
        Assert.Equal(2, (await test.Store.LoginAttempts.ListAsync("-", 100, default)).Count);
        Assert.Equal(5, (await test.Store.LoginAttempts.ListAsync(null, 100, default)).Count);
        IReadOnlyList<LogEntry> lines = [.. test.Log.Entries.Where(e => e.Level == LogLevel.Information && e.Values.ContainsKey("Login"))];
        Assert.Equal(6, lines.Count);
        Assert.Equal(5, lines.Count(e => e.Values.ContainsKey("Outcome")));
        Assert.DoesNotContain(test.Log.Entries, e => e.Message.Contains("moxmoxmox", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WarmUp_OpensAnAccount_AndRecordsNothing()
    {
        await using TestStore test = await StartAsync();
        await test.Store.WarmUpAsync(default);
        Assert.Equal(1, test.Metrics.Sum("mox.store.accounts.open"));
        Assert.Empty(await test.Store.LoginAttempts.ListAsync(null, 100, default));
        Assert.Equal(0, test.Metrics.Sum("mox.store.logins"));
    }

    [Fact]
    public async Task RememberedLogin_IsDroppedWhenThePasswordChanges()
    {
        await using TestStore test = await StartAsync();
        StoreAuthenticator auth = Authenticator(test);
        Assert.True((await auth.LoginAsync("mox@localhost", "moxmoxmox", Context(), default)).IsOk);
        Assert.True((await auth.LoginAsync("mox@localhost", "moxmoxmox", Context(), default)).IsOk);
        await test.Store.SetPasswordAsync("mox", "anotherone", default);
        Assert.False((await auth.LoginAsync("mox@localhost", "moxmoxmox", Context(), default)).IsOk);
        Assert.True((await auth.LoginAsync("mox@localhost", "anotherone", Context(), default)).IsOk);
    }

    [Fact]
    public async Task RememberedLogins_OfTwoAccounts_AreNotConfused()
    {
        var remembered = new RememberedLogins(TimeSpan.FromMinutes(15), new ManualTimeProvider());
        remembered.Remember("a", "one");
        remembered.Remember("b", "two");
        Assert.True(remembered.Matches("a", "one"));
        Assert.False(remembered.Matches("a", "two"));
        Assert.False(remembered.Matches("b", "one"));
        Assert.False(remembered.Matches("c", "one"));
        remembered.Forget("a");
        Assert.False(remembered.Matches("a", "one"));
        await Task.CompletedTask;
    }

    [Fact]
    public void RememberedLogin_EndsAfterItsTime()
    {
        var time = new ManualTimeProvider();
        var remembered = new RememberedLogins(TimeSpan.FromMinutes(15), time);
        remembered.Remember("a", "one");
        time.Advance(TimeSpan.FromMinutes(14));
        Assert.True(remembered.Matches("a", "one"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(remembered.Matches("a", "one"));
    }

    [Fact]
    public async Task Scram_ChecksAgainstTheStoredVerifier_AndUnknownLoginsLookTheSame()
    {
        await using TestStore test = await StartAsync();
        StoreAuthenticator auth = Authenticator(test);
        var context = Context();
        ScramVerifier real = await auth.FindScramAsync(ScramHash.Sha256, "mox@localhost", context, default);
        Assert.True(real.Verify("moxmoxmox"));
        ScramVerifier fake = await auth.FindScramAsync(ScramHash.Sha256, "nobody@localhost", context, default);
        Assert.Equal((real.Iterations, real.Salt.Length, real.StoredKey.Length), (fake.Iterations, fake.Salt.Length, fake.StoredKey.Length));
        await test.RestartAsync();
        ScramVerifier again = await Authenticator(test).FindScramAsync(ScramHash.Sha256, "nobody@localhost", context, default);
        Assert.Equal(fake.Salt, again.Salt);
        LoginResult result = await Authenticator(test).CompleteAsync("SCRAM-SHA-256", "nobody@localhost", LoginOutcome.Ok, context, default);
        Assert.Equal(LoginOutcome.BadCredentials, result.Outcome);
    }

    [Fact]
    public async Task TooManyFailures_AreLimited_EvenWithTheRightPassword()
    {
        await using TestStore test = await StartAsync();
        StoreAuthenticator auth = Authenticator(test);
        LoginContext context = Context();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(LoginOutcome.BadPassword, (await auth.LoginAsync("mox@localhost", "wrong", context, default)).Outcome);
        }

        LoginResult limited = await auth.LoginAsync("mox@localhost", "moxmoxmox", context, default);
        Assert.Equal(LoginOutcome.RateLimited, limited.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(10), limited.Delay);
        Assert.True((await auth.LoginAsync("mox@localhost", "moxmoxmox", Context("192.0.2.200"), default)).IsOk);
        test.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await auth.LoginAsync("mox@localhost", "moxmoxmox", context, default)).IsOk);
    }

    [Fact]
    public async Task MoreIterations_RenewTheVerifierAtLogin()
    {
        int iterations = 10;
        await using TestStore test = await TestStore.StartAsync(o => new StoreOptions { DataDirectory = o.DataDirectory, ScramIterations = iterations });
        await test.Store.SetPasswordAsync("mox", "moxmoxmox", default);
        await test.CloseAsync();
        iterations = 20;
        await test.OpenStoreAsync();
        await test.OpenAccountAsync();
        Assert.True((await Authenticator(test).LoginAsync("mox@localhost", "moxmoxmox", Context(), default)).IsOk);
        Assert.Equal(20, test.Account.Read(db => Credentials.ReadScram(db, ScramHash.Sha256))!.Iterations);
    }

    [Fact]
    public async Task Mechanisms_ThatNeedTheirOwnSecret_AreStoredOnlyWhenEnabled()
    {
        await using TestStore test = await StartAsync();
        Assert.Null(test.Account.Read(db => Credentials.ReadScram(db, ScramHash.Sha1)));
        Assert.Null(test.Account.Read(Credentials.ReadCramMd5));
        await using TestStore old = await TestStore.StartAsync(o => new StoreOptions
        {
            DataDirectory = o.DataDirectory,
            ScramIterations = 10,
            Sasl = new SaslMechanismOptions { ScramSha1 = true, CramMd5 = true },
        });
        await old.Store.SetPasswordAsync("mox", "moxmoxmox", default);
        Assert.True((await Authenticator(old).FindScramAsync(ScramHash.Sha1, "mox@localhost", Context(), default)).Verify("moxmoxmox"));
        Assert.Equal("moxmoxmox"u8.ToArray(), await Authenticator(old).FindCramMd5SecretAsync("mox@localhost", Context(), default));
        Assert.NotEqual("moxmoxmox"u8.ToArray(), await Authenticator(old).FindCramMd5SecretAsync("nobody@localhost", Context(), default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task SetPassword_Unusable_IsRefused(string password)
    {
        await using TestStore test = await StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => test.Store.SetPasswordAsync("mox", password, default));
        await Assert.ThrowsAsync<ArgumentException>(() => test.Store.SetPasswordAsync("mox", new string('a', 1025), default));
    }

    [Fact]
    public async Task Attempts_OlderThanThirtyDays_Go_AndFailuresAreBounded()
    {
        await using TestStore test = await StartAsync();
        LoginAttempts attempts = test.Store.LoginAttempts;
        for (int i = 0; i < LoginAttempts.MaxFailedRows + 5; i++)
        {
            attempts.Record("mox", $"{i}@x", "login", LoginOutcome.BadPassword, Context());
            if (i % 5000 == 0)
            {
                await attempts.FlushAsync();
            }
        }

        attempts.Record("mox", "mox@localhost", "login", LoginOutcome.Ok, Context());
        Assert.Contains(await attempts.ListAsync("mox", 10_000, default), a => a.Outcome == LoginOutcome.Ok);
        Assert.Equal(LoginAttempts.MaxFailedRows, Count());
        test.Time.Advance(TimeSpan.FromDays(31));
        Assert.Empty(await attempts.ListAsync("mox", 10, default));
        Assert.Equal(0, Count());

        long Count()
        {
            using var database = new Database(Path.Combine(test.DataDirectory, "server.db"), true, 1000);
            return database.ReadInt64("SELECT COUNT(*) FROM LoginAttempts WHERE Outcome <> 0");
        }
    }

    [Fact]
    public async Task Attempt_OfAClientThatSaysLaterWhatItIs_HasItInItsRecord()
    {
        await using TestStore test = await StartAsync();
        LoginAttempts attempts = test.Store.LoginAttempts;
        LoginContext early = Context();
        attempts.Record("mox", "mox@localhost", "login", LoginOutcome.Ok, early);
        test.Time.Advance(TimeSpan.FromMilliseconds(900));
        early.UserAgent = "Mutt";
        LoginContext late = Context();
        attempts.Record("mox", "mox@localhost", "login", LoginOutcome.Ok, late);
        test.Time.Advance(TimeSpan.FromMilliseconds(100));
        await TestStore.EventuallyAsync(() => Written("Mutt") == 1);
        Assert.Equal(1, Written("%"));
        late.UserAgent = "Thunderbird";
        test.Time.Advance(TimeSpan.FromSeconds(1));
        await TestStore.EventuallyAsync(() => Written("Thunderbird") == 1);
        Assert.Equal(2, Written("%"));

        long Written(string userAgent)
        {
            using var database = new Database(Path.Combine(test.DataDirectory, "server.db"), true, 1000);
            Statement read = database.Prepare("SELECT COUNT(*) FROM LoginAttempts WHERE UserAgent LIKE ?").Bind(userAgent);
            read.Step();
            long count = read.Int64(0);
            read.Reset();
            return count;
        }
    }

    private static async Task<TestStore> StartAsync()
    {
        TestStore test = await TestStore.StartAsync();
        await test.Store.SetPasswordAsync("mox", "moxmoxmox", default);
        return test;
    }

    private static StoreAuthenticator Authenticator(TestStore test) => new(
        test.Store,
        login => login.ToUpperInvariant() switch
        {
            "MOX@LOCALHOST" => new LoginTarget("mox", "mox@localhost", false),
            "DISABLED@LOCALHOST" => new LoginTarget("mox", "disabled@localhost", true),
            _ => null,
        },
        new FailedLoginLimiter(test.Time),
        "mail.example.org",
        delays: true,
        new RecordingLogger<StoreAuthenticator>(test.Log));

    private static LoginContext Context(string ip = "192.0.2.1") => new() { Protocol = "imap", RemoteIp = IPAddress.Parse(ip), Cid = "1" };
}
