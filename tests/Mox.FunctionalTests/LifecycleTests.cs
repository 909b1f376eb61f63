using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Store;
using Mox.Testing;

namespace Mox.FunctionalTests;

/// <summary>Starting, refusing to start, and stopping.</summary>
public class LifecycleTests
{
    [Fact]
    public async Task Stop_WithOpenSessions_SaysGoodbyeWithinFiveSeconds()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using LineClient smtp = await server.ConnectAsync("SMTP");
        await using LineClient fresh = await server.ConnectAsync("IMAP");
        await using LineClient idle = await server.ConnectAsync("IMAPS");
        await Transcript.RunAsync(smtp, "S: 220 *\nC: EHLO client.example\nS...\nS: 250 *");
        await Transcript.RunAsync(fresh, "S: * OK *");
        await Transcript.RunAsync(idle, MailPathTests.Login + "C: a SELECT INBOX\nS...\nS: a OK *\nC: b IDLE\nS: + *");

        long began = Stopwatch.GetTimestamp();
        Task stopped = server.StopAsync();
        await Transcript.RunAsync(smtp, "S: 421 *\nS: <eof>");
        await Transcript.RunAsync(fresh, "S: * BYE *\nS: <eof>");
        await Transcript.RunAsync(idle, "S: * BYE *\nS: <eof>");
        await stopped;
        Assert.Equal(
            ["mox stops: sessions are told, and what runs is brought to its end", "mox stopped"],
            server.Log.Entries.Select(entry => entry.Message).Where(message => message.StartsWith("mox stop", StringComparison.Ordinal)));
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"took {Stopwatch.GetElapsedTime(began)}");
    }

    [Fact]
    public async Task Stop_ClientThatDoesNotRead_IsCutOff()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port("SMTP"));
        long began = Stopwatch.GetTimestamp();
        await server.StopAsync();
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(8), $"took {Stopwatch.GetElapsedTime(began)}");
    }

    [Fact]
    public async Task Start_PortTaken_SaysWhichAndLetsTheDirectoryGo()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await server.StopAsync();
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => server.StartAsync(server.Config(port)));
        Assert.StartsWith($"SMTP port 127.0.0.1:{port} is taken by another program", e.Message, StringComparison.Ordinal);
        Assert.Contains("--port-offset", e.Message, StringComparison.Ordinal);
        await server.StartAgainAsync();
    }

    [Fact]
    public async Task Start_SecondOnSameDirectory_IsRefused()
    {
        await using TestServer server = await TestServer.StartAsync();
        await Assert.ThrowsAnyAsync<StoreException>(() => server.StartAsync(server.Config(0)));
        await server.PlayAsync("SMTP", "S: 220 *\nC: NOOP\nS: 250 *");
    }

    [Fact]
    public async Task Data_AfterMail_IsPrivate()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("SMTP", """
            S: 220 *
            C: EHLO client.example
            S...
            S: 250 *
            C: MAIL FROM:<>
            S: 250 *
            C: RCPT TO:<x@example.net>
            S: 250 *
            C: DATA
            S: 354 *
            C: Subject: x
            C:
            C: .
            S: 250 *
            """);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        string[] entries = [server.DataDirectory, .. Directory.GetFileSystemEntries(server.DataDirectory, "*", SearchOption.AllDirectories)];
        Assert.Contains(entries, entry => entry.EndsWith("account.db", StringComparison.Ordinal));
        foreach (string entry in entries)
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(entry) & Others);
        }
    }

    [Fact]
    public async Task Log_WhatClientsSend_StaysAtDebug()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("SMTP", "S: 220 *\nC: GET / HTTP/1.1\nS: 5*\nS: <eof>");
        await server.PlayAsync("SMTP", """
            S: 220 *
            C: EHLO evil.example
            S...
            S: 250 *
            C: NONSENSE evil
            S: 5*
            C: MAIL FROM:<evil
            S: 5*
            C: DATA
            S: 5*
            C: MAIL FROM:<evil@example.org>
            S: 250 *
            C: RCPT TO:<rcptto550@evil.example>
            S: 550*
            C: QUIT
            S: 221*
            """);
        await server.PlayAsync("IMAP", "S: * OK *\nC: EVIL\nS: *\nS: <eof>");
        await server.PlayAsync("IMAP", """
            S: * OK *
            C: z NOOP
            S: z OK *
            C: a EVIL
            S: a BAD *
            C: b SELECT evil
            S: b *
            C: c LOGIN mox@localhost moxmoxmox
            S: c NO [PRIVACYREQUIRED] *
            C: d LOGOUT
            S: * BYE *
            S: d OK *
            """);
        await using (LineClient gone = await server.ConnectAsync("IMAP"))
        {
            await gone.SendAsync("a LOGI");
        }

        await server.StopAsync();
        Assert.DoesNotContain(server.Log.AtLeast(LogLevel.Information), entry => entry.ToString().Contains("evil", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(server.Log.AtLeast(LogLevel.Warning));
        Assert.DoesNotContain(server.Log.Entries, entry => entry.ToString().Contains("moxmoxmox", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_FailedLogin_IsOneInformationLineWithRemote()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("IMAPS", "S: * OK *\nC: a LOGIN mox@localhost wrong-secret\nS: a NO *");
        await server.StopAsync();
        LogEntry line = Assert.Single(server.Log.AtLeast(LogLevel.Information), entry => entry.Category.EndsWith("StoreAuthenticator", StringComparison.Ordinal));
        Assert.StartsWith("failed authentication attempt ", line.Message, StringComparison.Ordinal);
        Assert.Contains(" remote=127.0.0.1 ", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.ToString().Contains("wrong-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Account_LoginAndCapabilitiesDisabled_IsSaid()
    {
        await using TestServer server = await TestServer.StartAsync(config =>
        {
            config = WithAccounts.Add(config);
            AccountConfig anna = config.Accounts["anna"] with { LoginDisabled = "pay your bill" };
            AccountConfig ben = config.Accounts["ben"] with { ImapCapabilitiesDisabled = ["CONDSTORE"] };
            return config with { Accounts = config.Accounts.SetItem("anna", anna).SetItem("ben", ben) };
        });
        await server.PlayAsync("IMAPS", """
            S: * OK [CAPABILITY * CONDSTORE *
            C: a LOGIN anna@localhost moxmoxmox
            S: a NO [AUTHORIZATIONFAILED] pay your bill
            """.Replace("* CONDSTORE *", "*", StringComparison.Ordinal));
        await using LineClient client = await server.ConnectAsync("IMAPS");
        Assert.Contains(" CONDSTORE ", await client.ReadLineAsync(), StringComparison.Ordinal);
        await client.SendLineAsync("a LOGIN ben@localhost moxmoxmox");
        Assert.DoesNotContain("CONDSTORE", await client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listener_Tls13Only_RefusesTls12()
    {
        await using TestServer server = await TestServer.StartAsync(config => config with
        {
            Listeners = [.. config.Listeners.Select(listener => listener with { Tls = listener.Tls! with { MinimumVersion = SslProtocols.Tls13 } })],
        });
        await using LineClient client = await server.ConnectAsync("IMAP");
        await Transcript.RunAsync(client, "S: * OK *\nC: a STARTTLS\nS: a OK *");
        await Assert.ThrowsAnyAsync<Exception>(() => client.StartTlsAsync("localhost", SslProtocols.Tls12));
        await server.PlayAsync("IMAPS", "S: * OK *");
    }

    [Fact]
    public async Task Start_Localserve_MakesAccountOnce()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.PlayAsync("IMAPS", MailPathTests.Login + """
            C: a LIST "" "%"
            S...
            S: a OK *
            C: b DELETE Archive
            S: b OK *
            """);
        await server.StopAsync();
        await server.StartAgainAsync();
        await server.PlayAsync("IMAPS", MailPathTests.Login + """
            C: a SELECT Archive
            S: a NO *
            """);
    }
}
