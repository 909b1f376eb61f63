using System.Collections.Immutable;
using Mox.Addresses;

namespace Mox.Config.Files;

/// <summary>Dkim of a domain.</summary>
internal sealed class DkimOptions(ProblemList problems, string directory)
{
    private static readonly TimeSpan MaxExpiration = TimeSpan.FromDays(3650);

    // Others change them on the way, or add one of their own, so that no signature over them holds (RFC 6376 section 5.4.1).
    private static readonly string[] Unsignable = ["Return-Path", "Received", "DKIM-Signature", "Authentication-Results"];

    private readonly PathReader _paths = new(problems, directory);

    public DkimConfig? Read(ObjectReader domain, Domain? name)
    {
        using ObjectReader? options = domain.Object("Dkim");
        if (options is null)
        {
            return null;
        }

        var selectors = ImmutableSortedDictionary.CreateBuilder<Domain, DkimSelectorConfig>();
        foreach ((string key, ObjectReader selector) in options.Map("Selectors"))
        {
            DkimSelectorConfig read = Selector(key, selector, name);
            if (!read.Name.IsEmpty && !selectors.TryAdd(read.Name, read))
            {
                problems.Add(selector.Path, $"selector {read.Name} is already above, written in another way", "keep one of the two");
            }
        }

        return new DkimConfig { Selectors = [.. selectors.Values], Sign = Sign(options, selectors.ToImmutable()) };
    }

    private DkimSelectorConfig Selector(string key, ObjectReader options, Domain? domain)
    {
        // The parser for what is seen in DNS: a selector may be a year.
        if (!Domain.TryParseLax(key, out Domain name))
        {
            problems.Add(options.Path, $"\"{PlainText.Shown(key)}\" is no selector", "write one as in \"2026a\"");
        }
        else if (domain is { } known && name.Ascii.Length + "._domainkey.".Length + known.Ascii.Length > Domain.MaxAsciiLength)
        {
            problems.Add(options.Path, $"DNS has no names as long as {name.Ascii}._domainkey.{known.Ascii}", "choose a shorter selector");
        }

        return new DkimSelectorConfig
        {
            Name = name,
            KeyFile = _paths.FullPath(options, "KeyFile", options.Required("KeyFile", "name a file with a private key: `mox dkim gen` writes one")),
            HeaderCanonicalization = options.Choice("HeaderCanonicalization", DkimCanonicalization.Relaxed),
            BodyCanonicalization = options.Choice("BodyCanonicalization", DkimCanonicalization.Relaxed),
            Headers = Headers(options),
            Oversign = options.Flag("Oversign", true),
            Expiration = options.Duration("Expiration", TimeSpan.FromHours(72), TimeSpan.Zero, MaxExpiration),
        };
    }

    private ImmutableArray<string> Headers(ObjectReader options)
    {
        const string Name = "Headers";
        if (!options.Has(Name))
        {
            return DkimSelectorConfig.DefaultHeaders;
        }

        ImmutableArray<string> names = options.Texts(Name);
        string path = options.PathOf(Name);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            // ftext (RFC 5322 section 2.2), but for the semicolon, which ends the list in a signature.
            if (name.Length is 0 or > 100 || name.Any(c => c is <= ' ' or ':' or ';' or >= '\x7f'))
            {
                problems.Add(path, $"\"{PlainText.Shown(name)}\" is no name of a header field", "write one as in \"Subject\"");
            }
            else if (Unsignable.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add(path, $"\"{name}\" changes on the way, so no signature over it holds", "remove it");
            }
            else if (!seen.Add(name))
            {
                problems.Add(path, $"\"{name}\" is listed twice", "keep one of the two");
            }
        }

        if (!seen.Contains("From"))
        {
            problems.Add(path, "From is not among them (RFC 6376 section 5.4)", "add \"From\"");
        }

        return names;
    }

    private ImmutableArray<DkimSelectorConfig> Sign(ObjectReader options, ImmutableSortedDictionary<Domain, DkimSelectorConfig> selectors)
    {
        var sign = ImmutableArray.CreateBuilder<DkimSelectorConfig>();
        foreach (string text in options.Texts("Sign"))
        {
            if (!Domain.TryParseLax(text, out Domain name) || !selectors.TryGetValue(name, out DkimSelectorConfig? selector))
            {
                problems.Add(options.PathOf("Sign"), $"there is no selector \"{PlainText.Shown(text)}\"", "name one of Selectors");
            }
            else if (sign.Contains(selector))
            {
                problems.Add(options.PathOf("Sign"), $"\"{name}\" is listed twice", "keep one of the two");
            }
            else
            {
                sign.Add(selector);
            }
        }

        return sign.ToImmutable();
    }
}
