using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config.Files;

/// <summary>domains.json: Domains, Accounts and Routes.</summary>
internal sealed class DomainsOptions(ProblemList problems, string directory)
{
    private readonly DkimOptions _dkim = new(problems, directory);
    private readonly RouteOptions _routes = new(problems);

    /// <summary>Reads it into a configuration that has what the other file says.</summary>
    public MoxConfig Read(JsonValue? file, MoxConfig config)
    {
        using var top = new ObjectReader(problems, "", file);
        top.Has("$schema");
        ImmutableDictionary<Domain, DomainConfig> domains = Domains(top);
        return config with { Domains = domains, Accounts = Accounts(top), Routes = _routes.Read(top) };
    }

    private ImmutableDictionary<Domain, DomainConfig> Domains(ObjectReader top)
    {
        var domains = ImmutableDictionary.CreateBuilder<Domain, DomainConfig>();
        foreach ((string key, ObjectReader options) in top.Map("Domains"))
        {
            bool disabled = options.Flag("Disabled", false);
            bool caseSensitive = options.Flag("LocalPartCaseSensitive", false);
            ImmutableArray<string> separators = options.Texts("LocalPartSeparators");
            Domain? name = DomainText.Read(problems, options.Path, key);
            var domain = new DomainConfig
            {
                Name = name ?? default,
                Disabled = disabled,
                LocalPartCaseSensitive = caseSensitive,
                LocalPartSeparators = separators,
            };
            domain = domain with { Aliases = Aliases(options, domain), Dkim = _dkim.Read(options, name), Routes = _routes.Read(options) };
            if (name is { } known && !domains.TryAdd(known, domain))
            {
                problems.Add(options.Path, $"domain {known} is already above, written in another way", "keep one of the two");
            }
        }

        return domains.ToImmutable();
    }

    private ImmutableDictionary<LocalPart, AliasConfig> Aliases(ObjectReader options, DomainConfig domain)
    {
        var aliases = ImmutableDictionary.CreateBuilder<LocalPart, AliasConfig>();
        foreach ((string key, ObjectReader alias) in options.Map("Aliases"))
        {
            ImmutableArray<string> texts = alias.Texts("Addresses");
            bool allowMessageFrom = alias.Flag("AllowMessageFrom", false), postPublic = alias.Flag("PostPublic", true);
            var members = texts.Select(text => DomainText.ReadAddress(problems, alias.PathOf("Addresses"), text)).OfType<Address>();
            if (!LocalPart.TryParse(key, out LocalPart localPart))
            {
                problems.Add(alias.Path, $"\"{key}\" is no localpart", "write what stands before the @, as in \"sales\"");
            }
            else if (!aliases.TryAdd(
                AddressRules.Canonical(localPart, domain),
                new AliasConfig
                {
                    Address = new Address(localPart, domain.Name),
                    Addresses = [.. members],
                    AllowMessageFrom = allowMessageFrom,
                    PostPublic = postPublic,
                }))
            {
                problems.Add(alias.Path, "this alias is already above: case and separators do not count", "keep one of the two");
            }
            else if (texts.IsEmpty)
            {
                problems.Add(alias.PathOf("Addresses"), "an alias needs a member", "list addresses of accounts");
            }
        }

        return aliases.ToImmutable();
    }

    private ImmutableDictionary<string, AccountConfig> Accounts(ObjectReader top)
    {
        var accounts = ImmutableDictionary.CreateBuilder<string, AccountConfig>(StringComparer.Ordinal);
        var byDefault = new AccountConfig { Name = "" };
        foreach ((string name, ObjectReader options) in top.Map("Accounts"))
        {
            accounts.Add(name, new AccountConfig
            {
                Name = name,
                Destinations = Destinations(options),
                LoginDisabled = options.Text("LoginDisabled"),
                QuotaBytes = options.Number("QuotaBytes", 0, -1, long.MaxValue),
                QuotaMessages = options.Number("QuotaMessages", 0, -1, long.MaxValue),
                ImapCapabilitiesDisabled = [.. options.Texts("ImapCapabilitiesDisabled").Select(name => name.ToUpperInvariant())],
                MaxOutgoingMessagesPerDay = (int)options.Number("MaxOutgoingMessagesPerDay", byDefault.MaxOutgoingMessagesPerDay, -1, int.MaxValue),
                MaxFirstTimeRecipientsPerDay = (int)options.Number("MaxFirstTimeRecipientsPerDay", byDefault.MaxFirstTimeRecipientsPerDay, -1, int.MaxValue),
                Routes = _routes.Read(options),
            });
        }

        return accounts.ToImmutable();
    }

    private ImmutableArray<DestinationConfig> Destinations(ObjectReader account)
    {
        ImmutableArray<DestinationConfig>.Builder destinations = ImmutableArray.CreateBuilder<DestinationConfig>();
        foreach ((string key, ObjectReader options) in account.Map("Destinations"))
        {
            bool isCatchall = key.StartsWith('@');
            Address? address = isCatchall ? null : DomainText.ReadAddress(problems, options.Path, key);
            Domain? domain = isCatchall ? DomainText.Read(problems, options.Path, key[1..]) : address?.Domain;
            var destination = new DestinationConfig
            {
                LocalPart = address?.LocalPart,
                Domain = domain ?? default,
                Mailbox = options.Text("Mailbox") ?? "Inbox",
                SmtpError = Error(options),
            };
            if (destination.SmtpError is not null && options.Has("Mailbox"))
            {
                problems.Add(options.PathOf("SmtpError"), "an address that refuses has no mailbox", "remove \"Mailbox\" or \"SmtpError\"");
            }

            if (domain is not null)
            {
                destinations.Add(destination);
            }
        }

        return destinations.ToImmutable();
    }

    private DestinationError? Error(ObjectReader options)
    {
        const string Name = "SmtpError";
        if (options.Text(Name) is not { } text)
        {
            return null;
        }

        bool isTemporary = text.StartsWith("421 ", StringComparison.Ordinal);
        string words = text.Length > 4 ? text[4..].Trim() : "";
        bool isReply = (isTemporary || text.StartsWith("550 ", StringComparison.Ordinal)) && PlainText.IsLine(words);
        if (!isReply)
        {
            problems.Add(options.PathOf(Name), $"\"{PlainText.Shown(text)}\" is no reply", "write \"550 text\" to refuse for good or \"421 text\" for now, in printable ASCII, under 256 characters");
            return null;
        }

        return new DestinationError(isTemporary, words);
    }
}
