using System.Diagnostics;
using System.Net.Sockets;
using Mox.EmailAuth.Dkim;
using Mox.InteropTests.Sending;

namespace Mox.InteropTests.Incoming;

/// <summary>
/// A small Internet on loopback: unbound for names, a Postfix at 127.0.0.2 whose opendkim signs for sender.example, a Postfix at 127.0.0.4
/// that forwards mail for forward.example, and <c>mox serve</c> for example.org.
/// </summary>
public sealed class FakeInternet : IAsyncLifetime
{
    internal const string Sender = "ann@sender.example";

    private readonly int _milter = MoxProcess.FreePort();
    private NameServers? _names;
    private Process? _openDkim;

    internal SendingServer Server { get; private set; } = null!;

    internal PostfixInstance SendingPostfix { get; } = new();

    internal PostfixInstance ForwardingPostfix { get; } = new();

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("MOX_INTEROP") != "require"
            && Array.Exists(["postfix", "opendkim", "unbound", "swaks"], program => Programs.Find(program) is null))
        {
            return; // every test is skipped, and the fixture is made all the same
        }

        using DkimPrivateKey key = DkimPrivateKey.Generate(DkimAlgorithm.Rsa);
        string record = DkimRecord.Compose(DkimAlgorithm.Rsa, key.PublicKey);
        _names = await NameServers.StartLocalAsync(
            "sender.example. 300 IN MX 10 mail.sender.example.",
            "sender.example. 300 IN TXT \"v=spf1 ip4:127.0.0.2 -all\"",
            "mail.sender.example. 300 IN A 127.0.0.2",
            $"s._domainkey.sender.example. 300 IN TXT \"{record[..200]}\" \"{record[200..]}\"",
            "_dmarc.sender.example. 300 IN TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@sender.example\"",
            "forward.example. 300 IN MX 10 mail.forward.example.",
            "mail.forward.example. 300 IN A 127.0.0.4",
            "open.example. 300 IN A 127.0.0.3",
            "null.example. 300 IN MX 0 .");
        Server = new SendingServer { DnsServer = _names.Recursive.ToString() };
        await Server.PrepareAsync("", "");
        await Server.StartAsync();
        await Server.SetPasswordAsync();
        int forwarder = MoxProcess.FreePort();
        await StartForwarderAsync(forwarder);
        await StartSenderAsync(forwarder);
        await StartOpenDkimAsync(key);
    }

    public async Task DisposeAsync()
    {
        if (_openDkim is { } openDkim)
        {
            openDkim.Kill(entireProcessTree: true);
            await openDkim.WaitForExitAsync();
            openDkim.Dispose();
        }

        await SendingPostfix.DisposeAsync();
        await ForwardingPostfix.DisposeAsync();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        if (_names is not null)
        {
            await _names.DisposeAsync();
        }
    }

    /// <summary>Ann, at sender.example, writes to somebody: opendkim signs it.</summary>
    internal async Task SendAsync(string to, string subject, string more = "") => await SendingPostfix.RunAsync(
        "sendmail", "-C", ["-i", "-f", Sender, "--", to], $"From: Ann <{Sender}>\nTo: <{to}>\nSubject: {subject}\n{more}\nWords from Ann.\n");

    private Task StartForwarderAsync(int port) => StartAsync(
        ForwardingPostfix,
        "mail.forward.example",
        "127.0.0.4",
        $$"""
        relayhost = [127.0.0.1]:{{Server.Smtp}}
        virtual_alias_domains = forward.example
        virtual_alias_maps = inline:{alice@forward.example={{SendingServer.User}}}
        header_checks = regexp:{{ForwardingPostfix.Folder}}/header_checks
        """,
        $"127.0.0.1:{port} inet n - n - - smtpd",
        ("header_checks", "/^Subject: (.*changed.*)$/ REPLACE Subject: [list] ${1}\n"));

    private Task StartSenderAsync(int forwarder) => StartAsync(
        SendingPostfix,
        "mail.sender.example",
        "127.0.0.2",
        $$"""
        non_smtpd_milters = inet:127.0.0.1:{{_milter}}
        milter_default_action = tempfail
        transport_maps = inline:{example.org=smtp:[127.0.0.1]:{{Server.Smtp}}, forward.example=smtp:[127.0.0.1]:{{forwarder}}}
        """,
        $"127.0.0.1:{MoxProcess.FreePort()} inet n - n - - smtpd");

    private static async Task StartAsync(
        PostfixInstance postfix, string name, string address, string main, string listener, params (string Name, string Content)[] files)
    {
        await postfix.PrepareAsync(
            $"""
            myhostname = {name}
            smtp_bind_address = {address}
            smtp_dns_support_level = disabled
            smtp_tls_security_level = may
            notify_classes =
            {main}
            """,
            $"""
            {listener}
            pickup    unix n - n 60 1 pickup
            smtp      unix - - n - - smtp
            scache    unix - - n - 1 scache
            """);
        foreach ((string file, string content) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(postfix.Folder, file), content);
        }

        await postfix.StartAsync();
    }

    private async Task StartOpenDkimAsync(DkimPrivateKey key)
    {
        string keyFile = Path.Combine(SendingPostfix.Folder, "s.pem"), configuration = Path.Combine(SendingPostfix.Folder, "opendkim.conf");
        await File.WriteAllTextAsync(keyFile, key.ToPem());
        await File.WriteAllTextAsync(configuration, $"""
            Domain sender.example
            Selector s
            KeyFile {keyFile}
            Socket inet:{_milter}@127.0.0.1
            Mode s
            Canonicalization relaxed/simple
            OversignHeaders From
            RequireSafeKeys no
            Syslog no

            """);
        _openDkim = Process.Start(Programs.Find("opendkim")!, ["-f", "-x", configuration]);
        for (int tries = 0; ; tries++)
        {
            Assert.True(tries < 600 && !_openDkim.HasExited, "opendkim does not listen");
            using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(System.Net.IPAddress.Loopback, _milter);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
    }
}
