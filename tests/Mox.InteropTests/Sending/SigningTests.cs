using System.Text;

namespace Mox.InteropTests.Sending;

/// <summary>A domain that is added by its command signs what it sends, and others believe it by the records that the command prints.</summary>
[Collection(SendingCollection.Name)]
public sealed class SigningTests(SendingFixture fixture)
{
    private const string Verify = """
        import base64, json, sys, dkim
        records = {r['name']: r['value'].encode() for r in json.loads(sys.argv[1])}
        message = base64.b64decode(sys.stdin.read())
        def verify(i):
            try:
                return dkim.DKIM(message).verify(idx=i, dnsfunc=lambda name, timeout=5: records.get(name if isinstance(name, str) else name.decode()))
            except dkim.ValidationError as e:
                return str(e).split(' (')[0]
        for i in range(3):
            print(verify(i))
        """;

    [InteropFact("postfix", "dovecot", "dkimverify")]
    public async Task Submission_ThroughPostfix_VerifiesWithPythonDkim()
    {
        await fixture.Server.CommandAsync("domain", "add", "signed.example");
        await fixture.Server.CommandAsync("address", "add", "alice@signed.example", "alice");
        string records = (await fixture.Server.CommandAsync("dnsrecords", "signed.example", "--json")).Output;
        await fixture.PythonAsync("""
            from email.message import EmailMessage
            s = smtplib.SMTP_SSL('127.0.0.1', submissions, context=tls)
            s.login(user, password)
            m = EmailMessage(policy=policy.SMTP)
            m['From'], m['To'], m['Subject'] = 'Alice <alice@signed.example>', 'bob@open.example', 'signed by us'
            m.set_content('Grüße\n.\n..\n' + 'ü' * 300 + '  \n\n\n', cte='8bit')
            assert s.send_message(m) == {}
            s.quit()
            """);
        string received = await fixture.Smarthost.WaitForAsync("Subject: signed by us\r\n");
        Assert.Contains("a=rsa-sha256;", received, StringComparison.Ordinal);
        Assert.Contains("a=ed25519-sha256;", received, StringComparison.Ordinal);
        Assert.Equal("True\nTrue\nFalse\n", await VerifyAsync(received, records));
        Assert.Equal("False\nFalse\nFalse\n", await VerifyAsync(received.Replace("signed by us", "signed by me", StringComparison.Ordinal), records));
        Assert.Equal("body hash mismatch\nbody hash mismatch\nFalse\n", await VerifyAsync(received + "more\r\n", records));
    }

    [InteropFact("postfix", "dovecot", "nsd")]
    public async Task Records_InTheZoneOfANameServer_PassTheCheck()
    {
        await fixture.Server.CommandAsync("domain", "add", "zone.example");
        string printed = (await fixture.Server.CommandAsync("dnsrecords", "zone.example")).Output;
        const string Start = "$TTL 300\n@ IN SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 120\n@ IN NS ns.example.org.\n";
        await using NameServers servers = await NameServers.StartAsync(
            ("zone.example", Start + printed),
            ("example.org", Start + "ns IN A 127.0.0.1\nmail IN A 127.0.0.1\nmail IN TXT \"v=spf1 a -all\"\n"));
        ProgramResult check = await fixture.Server.CommandAsync("dnscheck", "zone.example", "--resolver", servers.Authoritative.ToString());
        Assert.StartsWith("result: pass\n", check.Output, StringComparison.Ordinal);
        Assert.Equal(6, check.Output.Split('\n').Count(line => line == "    result: pass"));
    }

    private static async Task<string> VerifyAsync(string message, string records) => (await Programs.RunAsync(
        "/usr/bin/python3", ["-W", "ignore", "-c", Verify, records], Convert.ToBase64String(Encoding.UTF8.GetBytes(message)))).Expect(0).Output;
}
