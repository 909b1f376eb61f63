using System.Net;
using System.Text;

namespace Mox.InteropTests.Authentication;

/// <summary>SPF by mox spf check, pyspf and Mail::SPF: the same questions to the same name server.</summary>
public sealed class SpfTests
{
    private const string Pyspf = "/usr/lib/python3/dist-packages/spf.py";
    private const string MailSpf = "/usr/share/perl5/Mail/SPF.pm";

    [InteropFact("nsd", Others.Python, Pyspf, MailSpf)]
    public async Task Check_OfAllRecords_IsThatOfTheRfc_AndOthersDifferWhereTheDataSaysWhy()
    {
        SpfCases cases = SpfCases.Read();
        Assert.True(cases.Records.Count >= 200);
        await using NameServers servers = await NameServers.StartAsync(cases.Zones);
        string input = string.Concat(cases.Checks.Select(check => $"{check.Ip}\t{check.Helo}\t{check.MailFrom}\n"));
        Task<string[]> python = PyspfAsync(servers.Authoritative, input), perl = MailSpfAsync(servers.Authoritative, input);
        string[] pythonResults = await python, perlResults = await perl;
        Assert.Equal((cases.Checks.Count, cases.Checks.Count), (pythonResults.Length, perlResults.Length));

        StringBuilder wrong = new();
        HashSet<string> differing = [];
        for (int i = 0; i < cases.Checks.Count; i++)
        {
            SpfCheck check = cases.Checks[i];
            (string result, string output) = await OursAsync(servers.Authoritative, check);
            wrong.Append(result == check.Result ? "" : $"{check}: wanted {check.Result}, mox says:\n{output}");
            wrong.Append(Difference(check, "pyspf", pythonResults[i], check.Pyspf)).Append(Difference(check, "Mail::SPF", perlResults[i], check.Perl));
            _ = check.Pyspf is null && check.Perl is null ? false : differing.Add(check.Record);
        }

        Assert.True(wrong.Length == 0, $"{wrong}");
        Assert.Equal(differing.Order(), cases.Explained.Order());
    }

    private static string Difference(SpfCheck check, string who, string result, string? noted) =>
        result == (noted ?? check.Result) && noted != check.Result ? "" : $"{check}: wanted {check.Result}, noted {noted ?? "nothing"}, {who} says {result}\n";

    private static Task<(string Result, string Text)> OursAsync(IPEndPoint dns, SpfCheck check)
    {
        string[] sender = check.MailFrom is { } from ? ["--mailfrom", from] : [];
        return MoxCli.CheckAsync([], ["spf", "check", "--resolver", $"{dns}", "--ip", check.Ip, "--helo", check.Helo, .. sender]);
    }

    private static async Task<string[]> PyspfAsync(IPEndPoint dns, string input) => Lines(await Others.PythonAsync($"""
        import dns.resolver, spf
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ['{dns.Address}'], {dns.Port}
        dns.resolver.default_resolver = resolver
        for line in sys.stdin:
            ip, helo, sender = line.rstrip('\n').split('\t')
            try:
                print(spf.check2(i=ip, s=sender, h=helo, receiver='unknown')[0])
            except Exception as e:
                print('crash')
        """, input));

    private static async Task<string[]> MailSpfAsync(IPEndPoint dns, string input) => Lines(await Others.PerlAsync($$"""
        use Mail::SPF;
        use Net::DNS;
        my $dns = Net::DNS::Resolver->new(nameservers => ['{{dns.Address}}'], port => {{dns.Port}});
        my $server = Mail::SPF::Server->new(dns_resolver => $dns, hostname => 'unknown', query_rr_types => Mail::SPF::Server->query_rr_type_txt);
        while (<STDIN>) {
            chomp;
            my ($ip, $helo, $sender) = split /\t/, $_, -1;
            my @identity = $sender eq '' ? (scope => 'helo', identity => $helo) : (scope => 'mfrom', identity => $sender);
            my $result = eval {
                $server->process(Mail::SPF::Request->new(versions => [1], @identity, ip_address => $ip, helo_identity => $helo))->code;
            };
            print defined($result) ? $result : 'crash', "\n";
        }
        """, input));

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
