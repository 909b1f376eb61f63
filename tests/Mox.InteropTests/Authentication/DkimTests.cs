using System.Text;
using System.Text.RegularExpressions;

namespace Mox.InteropTests.Authentication;

/// <summary>DKIM with python3-dkim, Mail::DKIM and opendkim: what one signs, the others take; Mail::DKIM knows no Ed25519.</summary>
public sealed partial class DkimTests
{
    private const string Dkimpy = "/usr/lib/python3/dist-packages/dkim/__init__.py";
    private const string Nacl = "/usr/lib/python3/dist-packages/nacl/__init__.py";
    private const string MailDkim = "/usr/share/perl5/Mail/DKIM.pm";

    private static readonly string[] Forms = ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"];

    // Its test mode puts each field together anew, as name, colon, space and value: what it signs in the simple form neither python3-dkim nor it itself takes.
    private static readonly string[] OpendkimForms = ["relaxed/relaxed", "relaxed/simple"];

    [InteropFact("nsd", "opendkim", Others.Python, Others.Perl, Dkimpy, Nacl, MailDkim)]
    public async Task SignedByMox_IsTakenByOthers_AndNotWhenItWasChanged()
    {
        await using SigningDomain domain = await SigningDomain.StartAsync();
        // File, and whether its signature holds.
        Dictionary<string, bool> files = [];
        foreach ((string name, byte[] message) in DkimMessages.All)
        {
            foreach ((string algorithm, string form) in SigningDomain.Algorithms.SelectMany(algorithm => Forms.Select(form => (algorithm, form))))
            {
                byte[] signed = await SignAsync(domain, message, algorithm, form);
                await WriteAsync($"{name}.{algorithm}.{form.Replace('/', '-')}", signed, true);
                if (form == Forms[0])
                {
                    await WriteAsync($"{name}.{algorithm}.{form.Replace('/', '-')}.changed", [.. signed, .. "more\r\n"u8], false);
                }
            }
        }

        string[] rsa = [.. files.Keys.Where(file => file.Contains(".rsa.", StringComparison.Ordinal))];
        Assert.Equal(files.Count, 2 * rsa.Length);
        await AssertResultsAsync("python3-dkim", files.Keys, VerifyWithPythonAsync);
        await AssertResultsAsync("Mail::DKIM", rsa, VerifyWithPerlAsync);
        await AssertResultsAsync("opendkim", files.Keys.Where(file => OpendkimForms.Any(form => file.Contains(form.Replace('/', '-'), StringComparison.Ordinal))), VerifyWithOpendkimAsync);

        async Task WriteAsync(string name, byte[] bytes, bool isGood)
        {
            await File.WriteAllBytesAsync(domain[name], bytes);
            files.Add(domain[name], isGood);
        }

        async Task AssertResultsAsync(string who, IEnumerable<string> asked, Func<SigningDomain, string[], Task<HashSet<string>>> verify)
        {
            string[] names = [.. asked];
            HashSet<string> passed = await verify(domain, names);
            string[] wrong = [.. names.Where(name => passed.Contains(name) != files[name]).Select(name => $"{Path.GetFileName(name)}: {(files[name] ? "refused" : "taken")}")];
            Assert.True(wrong.Length == 0, $"{who}:\n{string.Join('\n', wrong)}");
        }
    }

    [InteropFact("nsd", "opendkim", Others.Python, Others.Perl, Dkimpy, Nacl, MailDkim)]
    public async Task SignedByOthers_IsTakenByMox_AndNotWhenItWasChanged()
    {
        await using SigningDomain domain = await SigningDomain.StartAsync();
        foreach ((string name, byte[] message) in DkimMessages.All)
        {
            await File.WriteAllBytesAsync(domain[$"{name}.eml"], message);
        }

        await SignWithPythonAsync(domain);
        await SignWithPerlAsync(domain);
        await SignWithOpendkimAsync(domain);

        StringBuilder wrong = new();
        string[] files = Directory.GetFiles(domain[""], "*.signed");
        // Python signs with both kinds of keys, Mail::DKIM with one, opendkim with both.
        Assert.Equal(DkimMessages.All.Count * ((3 * Forms.Length) + (2 * OpendkimForms.Length)), files.Length);
        foreach (string file in files)
        {
            byte[] signed = await File.ReadAllBytesAsync(file);
            (string result, string text) = await domain.VerifyAsync("dkim", signed);
            wrong.Append(result == "pass" ? "" : $"{Path.GetFileName(file)}: {text}");
            if (file.Contains(".relaxed-simple", StringComparison.Ordinal))
            {
                (result, text) = await domain.VerifyAsync("dkim", [.. signed, .. "more\r\n"u8]);
                wrong.Append(result == "fail" ? "" : $"{Path.GetFileName(file)}, changed: {text}");
            }
        }

        Assert.True(wrong.Length == 0, $"{wrong}");
    }

    private static async Task<byte[]> SignAsync(SigningDomain domain, byte[] message, string algorithm, string form)
    {
        string[] forms = form.Split('/');
        (int code, string text, byte[] signed) = await MoxCli.RunAsync(
            message, "dkim", "sign", "--key", domain.KeyFile(algorithm), "--selector", algorithm, "--domain", SigningDomain.Name, "--header-form", forms[0], "--body-form", forms[1]);
        Assert.True(code == 0, text);
        return signed;
    }

    private static async Task<HashSet<string>> VerifyWithPythonAsync(SigningDomain domain, string[] files) => Passed(await Others.PythonAsync($"""
        import dkim, dns.resolver
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ['{domain.Dns.Address}'], {domain.Dns.Port}
        def txt(name, timeout=5):
            return b''.join(resolver.resolve(name.decode(), 'TXT')[0].strings)
        for file in sys.stdin.read().split():
            if dkim.verify(open(file, 'rb').read(), dnsfunc=txt):
                print(file)
        """, string.Join('\n', files)));

    private static async Task<HashSet<string>> VerifyWithPerlAsync(SigningDomain domain, string[] files) => Passed(await Others.PerlAsync($$"""
        use Mail::DKIM::Verifier;
        use Mail::DKIM::DNS;
        use Net::DNS;
        Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers => ['{{domain.Dns.Address}}'], port => {{domain.Dns.Port}}));
        while (my $file = <STDIN>) {
            chomp $file;
            open(my $in, '<:raw', $file) or die $file;
            my $dkim = Mail::DKIM::Verifier->new();
            $dkim->PRINT(do { local $/; <$in> });
            $dkim->CLOSE;
            print "$file\n" if $dkim->result eq 'pass';
        }
        """, string.Join('\n', files)));

    private static async Task<HashSet<string>> VerifyWithOpendkimAsync(SigningDomain domain, string[] files)
    {
        await File.WriteAllTextAsync(domain["keys"], domain.KeyList);
        await File.WriteAllTextAsync(domain["opendkim.conf"], $"Mode v\nSyslog no\nTestPublicKeys {domain["keys"]}\n");
        ProgramResult result = (await Programs.RunAsync("opendkim", "-x", domain["opendkim.conf"], "-t", string.Join(',', files))).Expect(0);
        return [.. Succeeded().Matches(result.Output + result.Errors).Select(match => match.Groups[1].Value)];
    }

    private static Task SignWithPythonAsync(SigningDomain domain) => Others.PythonAsync($"""
        import base64, dkim, subprocess
        folder = '{domain[""]}/'
        rsa = open(folder + 'rsa.pem', 'rb').read()
        # The seed is the end of PKCS#8.
        seed = base64.b64encode(base64.b64decode(b''.join(open(folder + 'ed25519.pem', 'rb').read().split(b'\n')[1:-2]))[-32:])
        for name in sys.stdin.read().split():
            message = open(folder + name + '.eml', 'rb').read()
            for selector, key in ((b'rsa', rsa), (b'ed25519', seed)):
                for header in (b'relaxed', b'simple'):
                    for body in (b'relaxed', b'simple'):
                        line = dkim.sign(message, selector, b'{SigningDomain.Name}', key, canonicalize=(header, body), signature_algorithm=selector + b'-sha256')
                        file = '%s.python.%s.%s-%s.signed' % (name, selector.decode(), header.decode(), body.decode())
                        open(folder + file, 'wb').write(line + message)
        """, string.Join('\n', DkimMessages.All.Keys));

    private static Task SignWithPerlAsync(SigningDomain domain) => Others.PerlAsync($$"""
        use Mail::DKIM::Signer;
        my $folder = '{{domain[""]}}/';
        while (my $name = <STDIN>) {
            chomp $name;
            open(my $in, '<:raw', "$folder$name.eml") or die $name;
            my $message = do { local $/; <$in> };
            for my $method ('relaxed/relaxed', 'relaxed/simple', 'simple/relaxed', 'simple/simple') {
                my $dkim = Mail::DKIM::Signer->new(Algorithm => 'rsa-sha256', Method => $method, Domain => '{{SigningDomain.Name}}', Selector => 'rsa', KeyFile => $folder . 'rsa.pem');
                $dkim->PRINT($message);
                $dkim->CLOSE;
                my $file = "$name.perl.rsa." . ($method =~ tr{/}{-}r) . '.signed';
                open(my $out, '>:raw', "$folder$file") or die $file;
                print $out $dkim->signature->as_string, "\r\n", $message;
            }
        }
        """, string.Join('\n', DkimMessages.All.Keys));

    // Its test mode prints the field that it would insert.
    private static async Task SignWithOpendkimAsync(SigningDomain domain)
    {
        foreach ((string algorithm, string form) in SigningDomain.Algorithms.SelectMany(algorithm => OpendkimForms.Select(form => (algorithm, form))))
        {
            await File.WriteAllTextAsync(domain["opendkim.conf"], $"""
                Mode s
                Syslog no
                Domain {SigningDomain.Name}
                Selector {algorithm}
                KeyFile {domain.KeyFile(algorithm)}
                SignatureAlgorithm {algorithm}-sha256
                Canonicalization {form}
                RequireSafeKeys no

                """);
            foreach ((string name, byte[] message) in DkimMessages.All)
            {
                ProgramResult result = (await Programs.RunAsync("opendkim", "-x", domain["opendkim.conf"], "-vv", "-t", domain[$"{name}.eml"])).Expect(0);
                Match field = Inserted().Match(result.Output);
                Assert.True(field.Success, $"{name}: {result}");
                byte[] line = Encoding.ASCII.GetBytes($"DKIM-Signature: {field.Groups[1].Value.ReplaceLineEndings("\r\n")}\r\n");
                await File.WriteAllBytesAsync(domain[$"{name}.opendkim.{algorithm}.{form.Replace('/', '-')}.signed"], [.. line, .. message]);
            }
        }
    }

    private static HashSet<string> Passed(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex(@"^opendkim: (\S+): verification \(.*\) succeeded$", RegexOptions.Multiline)]
    private static partial Regex Succeeded();

    [GeneratedRegex(@"hname='DKIM-Signature' hvalue='([^']+)'")]
    private static partial Regex Inserted();
}
