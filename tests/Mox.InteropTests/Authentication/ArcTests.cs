using System.Text;

namespace Mox.InteropTests.Authentication;

/// <summary>Chains of seals that Mail::DKIM::ARC and python3-dkim made.</summary>
public sealed class ArcTests
{
    private const string Dkimpy = "/usr/lib/python3/dist-packages/dkim/__init__.py";
    private const string MailArc = "/usr/share/perl5/Mail/DKIM/ARC/Signer.pm";
    private const int Hops = 3;

    [InteropFact("nsd", Others.Perl, MailArc)]
    public async Task ChainsByMailDkim_AreTakenByMox_AndNotWhenTheyWereChanged()
    {
        await using SigningDomain domain = await SigningDomain.StartAsync();
        await WriteMessagesAsync(domain);
        await Others.PerlAsync($$"""
            use Mail::DKIM::ARC::Signer;
            my $folder = '{{domain[""]}}/';
            while (my $name = <STDIN>) {
                chomp $name;
                open(my $in, '<:raw', "$folder$name.eml") or die $name;
                my $message = do { local $/; <$in> };
                for my $hop (1 .. {{Hops}}) {
                    my $host = "hop$hop.example";
                    my $chain = $hop == 1 ? 'none' : 'pass';
                    $message = "Authentication-Results: $host; arc=$chain; dkim=pass header.d={{SigningDomain.Name}}\r\n" . $message;
                    my $arc = Mail::DKIM::ARC::Signer->new(
                        Algorithm => 'rsa-sha256', Chain => 'ar', Domain => '{{SigningDomain.Name}}', SrvId => $host, Selector => 'rsa', KeyFile => $folder . 'rsa.pem');
                    $arc->PRINT($message);
                    $arc->CLOSE;
                    die $arc->{details} // '' if $arc->result ne 'sealed';
                    $message = $arc->as_string . $message;
                    open(my $out, '>:raw', "$folder$name.$hop.sealed") or die $name;
                    print $out $message;
                }
            }
            """, string.Join('\n', DkimMessages.All.Keys));
        await AssertChainsAsync(domain);
    }

    [InteropFact("nsd", Others.Python, Dkimpy)]
    public async Task ChainsByPythonDkim_AreTakenByMox_AndNotWhenTheyWereChanged()
    {
        await using SigningDomain domain = await SigningDomain.StartAsync();
        await WriteMessagesAsync(domain);
        await Others.PythonAsync($"""
            import dkim
            folder = '{domain[""]}/'
            key = open(folder + 'rsa.pem', 'rb').read()
            for name in sys.stdin.read().split():
                message = open(folder + name + '.eml', 'rb').read()
                for hop in range(1, {Hops} + 1):
                    host = b'hop%d.example' % hop
                    results = b'Authentication-Results: %s; arc=%s; dkim=pass header.d={SigningDomain.Name}\r\n' % (host, b'none' if hop == 1 else b'pass')
                    message = results + message
                    message = b''.join(dkim.arc_sign(message, b'rsa', b'{SigningDomain.Name}', key, host)) + message
                    open('%s%s.%d.sealed' % (folder, name, hop), 'wb').write(message)
            """, string.Join('\n', DkimMessages.All.Keys));
        await AssertChainsAsync(domain);
    }

    private static async Task WriteMessagesAsync(SigningDomain domain)
    {
        foreach ((string name, byte[] message) in DkimMessages.All)
        {
            await File.WriteAllBytesAsync(domain[$"{name}.eml"], message);
        }
    }

    private static async Task AssertChainsAsync(SigningDomain domain)
    {
        StringBuilder wrong = new();
        foreach (string name in DkimMessages.All.Keys)
        {
            string text = "";
            for (int hop = 1; hop <= Hops; hop++)
            {
                text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(domain[$"{name}.{hop}.sealed"]));
                await ExpectAsync("pass", text, $"{name}, {hop} hops");
            }

            await ExpectAsync("fail", text + "more\r\n", $"{name}, longer body");
            await ExpectAsync("fail", Replaced(text, "ARC-Authentication-Results: i=1; hop1.example", "ARC-Authentication-Results: i=1; hop9.example"), $"{name}, forged results");
            await ExpectAsync("fail", Replaced(text, $"ARC-Seal: i={Hops};", $"ARC-Seal: i={Hops + 1};"), $"{name}, a gap");
        }

        Assert.True(wrong.Length == 0, $"{wrong}");

        async Task ExpectAsync(string wanted, string message, string what)
        {
            (string result, string output) = await domain.VerifyAsync("arc", Encoding.Latin1.GetBytes(message));
            wrong.Append(result == wanted ? "" : $"{what}: wanted {wanted}:\n{output}");
        }
    }

    private static string Replaced(string text, string old, string other)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, other, StringComparison.Ordinal);
    }
}
