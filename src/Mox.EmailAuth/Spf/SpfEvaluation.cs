using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mox.Dns;

namespace Mox.EmailAuth.Spf;

/// <summary>One run of check_host() (RFC 7208 section 4): all of its state, used once.</summary>
internal sealed class SpfEvaluation
{
    private const int MaxTrail = 100;

    private readonly SpfQuestions _questions;
    private readonly SpfClientNames _clientNames;
    private readonly IPAddress _client;
    private readonly SpfMacroValues _values;
    private readonly List<SpfStep> _trail = [];

    public SpfEvaluation(IDnsResolver dns, SpfSender sender, SpfMacroValues values)
    {
        _client = sender.ClientIp.IsIPv4MappedToIPv6 ? sender.ClientIp.MapToIPv4() : sender.ClientIp;
        _questions = new SpfQuestions(dns);
        _clientNames = new SpfClientNames(_questions, _client);
        _values = values;
    }

    public SpfQuestions Questions => _questions;

    public IReadOnlyList<SpfStep> Trail => _trail;

    private bool IsV4 => _client.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>Evaluates a domain's record. The depth is bounded by <see cref="SpfQuestions.MaxLookups"/>.</summary>
    public async ValueTask<SpfEnd> CheckHostAsync(DnsName domain, CancellationToken ct)
    {
        var answer = await _questions.AskAsync(domain, DnsRecordTypes.Txt, ct);
        if (answer.IsTemporaryFailure)
        {
            return new SpfEnd(SpfResult.TempError) { Problem = $"{domain} TXT: {answer}" };
        }

        string[] texts = [.. answer.Records.Select(record => record.Text).Where(SpfRecord.IsSpf)];
        if (texts.Length != 1)
        {
            return texts.Length == 0
                ? new SpfEnd(SpfResult.None) { Problem = "the domain has no SPF record" }
                : new SpfEnd(SpfResult.PermError) { Problem = $"the domain has {texts.Length} SPF records" };
        }

        if (!SpfRecord.TryParse(texts[0], out var record, out string? problem))
        {
            return new SpfEnd(SpfResult.PermError) { Problem = problem, Record = texts[0] };
        }

        return await EvaluateAsync(record, domain, ct) with { Record = record.Text };
    }

    /// <summary>The text that a domain gives for its fail; null when it has none that can be read (RFC 7208 section 6.2).</summary>
    public async ValueTask<string?> ExplainAsync(SpfMacroString macros, DnsName domain, CancellationToken ct)
    {
        if (await NameAsync(macros, domain, ct) is not { Name: { } name })
        {
            return null;
        }

        var answer = await _questions.AskAsync(name, DnsRecordTypes.Txt, ct);
        if (answer.Records.Count != 1 || !Ascii.IsValid(answer.Records[0].Text)
            || !SpfMacroString.TryParse(answer.Records[0].Text, SpfMacroUse.Explanation, out var text, out _))
        {
            return null;
        }

        var (clientName, _) = await ClientNameAsync(text, domain, ct);
        return text.Expand(letter => _values.Value(letter, domain, clientName));
    }

    private async ValueTask<SpfEnd> EvaluateAsync(SpfRecord record, DnsName domain, CancellationToken ct)
    {
        foreach (var directive in record.Directives)
        {
            var match = (directive.Mechanism.AsksDns ? _questions.CountTerm() : null) ?? await MatchAsync(directive.Mechanism, domain, ct);
            Note(domain, directive.Text, match);
            if (match.Error is { } error)
            {
                return new SpfEnd(error) { Problem = $"{directive.Text}: {match.Problem}", Mechanism = directive.Text };
            }

            if (match.IsMatch)
            {
                return new SpfEnd(directive.Qualifier)
                {
                    Mechanism = directive.Text,
                    Explanation = directive.Qualifier == SpfResult.Fail && record.Explanation is { } macros ? (macros, domain) : null,
                };
            }
        }

        return record.Redirect is { } redirect
            ? await RedirectAsync(redirect, domain, ct)
            : new SpfEnd(SpfResult.Neutral) { Mechanism = "default" };
    }

    private async ValueTask<SpfEnd> RedirectAsync(SpfMacroString redirect, DnsName domain, CancellationToken ct)
    {
        string term = $"redirect={redirect}";
        if (_questions.CountTerm() is { } tooMany)
        {
            Note(domain, term, tooMany);
            return new SpfEnd(SpfResult.PermError) { Problem = $"{term}: {tooMany.Problem}", Mechanism = term };
        }

        var target = await NameAsync(redirect, domain, ct);
        if (target.Name is not { } name)
        {
            var error = target.Error ?? SpfMatch.PermError("it leads to no name");
            Note(domain, term, error);
            return new SpfEnd(error.Error!.Value) { Problem = $"{term}: {error.Problem}", Mechanism = term };
        }

        var end = await CheckHostAsync(name, ct);
        end = end.Result == SpfResult.None ? new SpfEnd(SpfResult.PermError) { Problem = $"{term}: {end.Problem}", Mechanism = term } : end;
        Note(domain, term, new SpfMatch(true));
        return end;
    }

    private ValueTask<SpfMatch> MatchAsync(SpfMechanism mechanism, DnsName domain, CancellationToken ct) => mechanism switch
    {
        SpfAll => ValueTask.FromResult(SpfMatch.Yes),
        SpfNetwork network => ValueTask.FromResult(new SpfMatch(IsIn(network.Network, network.PrefixLength))),
        SpfHost host => MatchNamedAsync(host.Target, domain, name => MatchAddressesAsync(name, host.Prefixes, ct), ct),
        SpfMailHosts hosts => MatchNamedAsync(hosts.Target, domain, name => MatchMailHostsAsync(name, hosts.Prefixes, ct), ct),
        SpfPtr ptr => MatchNamedAsync(ptr.Target, domain, name => MatchClientNamesAsync(name, ct), ct),
        SpfInclude include => MatchNamedAsync(include.Target, domain, name => MatchIncludedAsync(name, ct), ct, isInclude: true),
        SpfExists exists => MatchNamedAsync(exists.Target, domain, name => MatchExistsAsync(name, ct), ct),
        _ => throw new InvalidOperationException("A mechanism that nobody evaluates."),
    };

    private async ValueTask<SpfMatch> MatchNamedAsync(
        SpfMacroString? target, DnsName domain, Func<DnsName, ValueTask<SpfMatch>> match, CancellationToken ct, bool isInclude = false)
    {
        var (name, error) = target is null ? (domain, null) : await NameAsync(target, domain, ct);
        return error ?? (name is { } found ? await match(found)
            // A term whose macros make no name matches nothing; what to include must be there (RFC 7208 sections 4.8 and 5.2).
            : isInclude ? SpfMatch.PermError("it leads to no name") : SpfMatch.No);
    }

    private async ValueTask<SpfMatch> MatchAddressesAsync(DnsName name, SpfPrefixes prefixes, CancellationToken ct)
    {
        var (addresses, error) = await _questions.AskAddressesAsync(name, IsV4, ct);
        return error ?? new SpfMatch(addresses.Any(address => IsIn(address, IsV4 ? prefixes.V4 : prefixes.V6)));
    }

    private async ValueTask<SpfMatch> MatchMailHostsAsync(DnsName name, SpfPrefixes prefixes, CancellationToken ct)
    {
        var (hosts, error) = await _questions.AskForTermAsync(name, DnsRecordTypes.Mx, ct);
        if (error is not null || hosts.Count > SpfQuestions.MaxNames)
        {
            return error ?? SpfMatch.PermError($"more than {SpfQuestions.MaxNames} MX records");
        }

        foreach (var host in hosts.Where(host => !host.IsNull))
        {
            var match = await MatchAddressesAsync(host.Exchange, prefixes, ct);
            if (match.IsMatch || match.Error is not null)
            {
                return match;
            }
        }

        return SpfMatch.No;
    }

    private async ValueTask<SpfMatch> MatchClientNamesAsync(DnsName domain, CancellationToken ct)
    {
        var (names, error) = await _clientNames.GetAsync(ct);
        return error ?? new SpfMatch(names.Any(name => name.IsOrIsUnder(domain)));
    }

    private async ValueTask<SpfMatch> MatchIncludedAsync(DnsName domain, CancellationToken ct)
    {
        var end = await CheckHostAsync(domain, ct);
        return end.Result switch
        {
            SpfResult.Pass => SpfMatch.Yes,
            SpfResult.TempError => SpfMatch.TempError(end.Problem),
            SpfResult.PermError or SpfResult.None => SpfMatch.PermError(end.Problem),
            _ => SpfMatch.No,
        };
    }

    private async ValueTask<SpfMatch> MatchExistsAsync(DnsName name, CancellationToken ct)
    {
        // IPv4 whatever the client has (RFC 7208 section 5.7).
        var (addresses, error) = await _questions.AskAddressesAsync(name, isV4: true, ct);
        return error ?? new SpfMatch(addresses.Count > 0);
    }

    private async ValueTask<(DnsName? Name, SpfMatch? Error)> NameAsync(SpfMacroString macros, DnsName domain, CancellationToken ct)
    {
        // What cannot be in a name matches nothing (RFC 8616 section 4).
        if (macros.UsesLocalPart && !_values.IsAsciiLocalPart)
        {
            return (null, null);
        }

        var (clientName, error) = await ClientNameAsync(macros, domain, ct);
        string text = macros.ExpandName(letter => _values.Value(letter, domain, clientName));
        return (DnsName.TryParse(Escaped(text), out var name) && error is null ? name : null, error);
    }

    // Macros stand for spaces and for what senders have in quotes: any byte may be in a name (RFC 2181 section 11).
    private static string Escaped(string text) =>
        string.Concat(text.Select(c => c is '\\' or <= ' ' or '\x7f' ? string.Create(CultureInfo.InvariantCulture, $"\\{(int)c:D3}") : c.ToString()));

    // The p macro: the domain itself, then a name below it, then any (RFC 7208 section 7.3).
    private async ValueTask<(string Name, SpfMatch? Error)> ClientNameAsync(SpfMacroString macros, DnsName domain, CancellationToken ct)
    {
        if (!macros.UsesClientName)
        {
            return ("", null);
        }

        var (names, error) = await _clientNames.GetAsync(ct);
        var best = names.OrderBy(name => name == domain ? 0 : name.IsOrIsUnder(domain) ? 1 : 2).FirstOrDefault();
        return (best.IsEmpty ? "unknown" : best.ToString().TrimEnd('.'), error);
    }

    private bool IsIn(IPAddress address, int prefixLength)
    {
        byte[] network = address.GetAddressBytes(), client = _client.GetAddressBytes();
        if (network.Length != client.Length)
        {
            return false;
        }

        int whole = prefixLength / 8, rest = prefixLength % 8;
        return network.AsSpan(0, whole).SequenceEqual(client.AsSpan(0, whole))
            && (rest == 0 || (network[whole] ^ client[whole]) >> (8 - rest) == 0);
    }

    private void Note(DnsName domain, string term, SpfMatch match)
    {
        if (_trail.Count < MaxTrail)
        {
            _trail.Add(new SpfStep(domain.ToString().TrimEnd('.'), term, string.Create(CultureInfo.InvariantCulture, $"{match}")));
        }
    }
}
