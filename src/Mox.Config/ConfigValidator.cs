using System.Text;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>The rules over the whole configuration; those for one value alone are where it is read.</summary>
internal sealed class ConfigValidator(MoxConfig config, ProblemList problems)
{
    private const int MaxAccountNameLength = 64;

    /// <summary>Adds a problem for every rule that does not hold.</summary>
    public void Validate()
    {
        new ListenerRules(config, problems).Validate();
        Postmaster();
        InitialMailboxes();
        foreach (DomainConfig domain in config.Domains.Values)
        {
            Separators(domain);
        }

        AccountNames();
        foreach (AccountConfig account in config.Accounts.Values)
        {
            Account(account);
        }

        new AddressUniqueness(config, problems).Validate();
        new RouteRules(config, problems).Validate();
        Queue();
    }

    private void Queue()
    {
        if (config.Queue.DelayNotice >= config.Queue.Lifetime)
        {
            problems.Add("Mox:Queue:DelayNotice", "is not shorter than Lifetime: a message would bounce first", "write a shorter time, or \"0s\" to tell nobody");
        }

        if (config.Queue.PerDestination > config.Queue.Concurrency)
        {
            problems.Add("Mox:Queue:PerDestination", "is more than Concurrency", "write at most as many as Mox:Queue:Concurrency");
        }
    }

    private void Postmaster()
    {
        PostmasterConfig postmaster = config.Postmaster;
        if (postmaster.Account.Length > 0 && !config.Accounts.ContainsKey(postmaster.Account))
        {
            problems.Add("Mox:Postmaster:Account", $"there is no account \"{postmaster.Account}\"", "name an account of domains.json");
        }

        Mailbox("Mox:Postmaster:Mailbox", postmaster.Mailbox);
    }

    private void InitialMailboxes()
    {
        InitialMailboxesConfig initial = config.InitialMailboxes;
        (string Name, string Mailbox)[] special =
            [("Archive", initial.Archive), ("Drafts", initial.Drafts), ("Junk", initial.Junk), ("Sent", initial.Sent), ("Trash", initial.Trash)];
        IEnumerable<(string Name, string Mailbox)> all =
            special.Where(use => use.Mailbox.Length > 0).Concat(initial.Regular.Select(mailbox => ("Regular", mailbox)));
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string mailbox) in all)
        {
            string path = $"Mox:InitialMailboxes:{name}";
            if (!Mailbox(path, mailbox))
            {
                continue;
            }

            if (mailbox.Contains('/', StringComparison.Ordinal))
            {
                problems.Add(path, $"\"{mailbox}\" is inside another mailbox", "name mailboxes of the top level only");
            }
            else if (mailbox.Equals("Inbox", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(path, "every account has an Inbox anyway", "remove it");
            }
            else if (!seen.Add(mailbox))
            {
                problems.Add(path, $"\"{mailbox}\" is named twice", "give each its own name");
            }
        }
    }

    private void Separators(DomainConfig domain)
    {
        string path = $"Domains:{domain.Name}:LocalPartSeparators";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string separator in domain.LocalPartSeparators)
        {
            if (separator.Length is 0 or > 8 || separator.Any(c => c is <= ' ' or '@' or '"' or '\\' or >= '\x7f' || char.IsLetterOrDigit(c)))
            {
                problems.Add(path, $"\"{PlainText.Shown(separator)}\" is no separator", "use signs as in \"+\" or \"-\"");
            }
            else if (!seen.Add(separator))
            {
                problems.Add(path, $"\"{separator}\" is listed twice", "keep one of the two");
            }
        }
    }

    private void AccountNames()
    {
        foreach (string name in config.Accounts.Keys.Where(name => !IsAccountName(name)))
        {
            problems.Add(
                $"Accounts:{name}",
                $"\"{PlainText.Shown(name)}\" is no name for an account",
                $"use a-z, 0-9, '.', '-' and '_', beginning with a letter or digit, up to {MaxAccountNameLength}");
        }
    }

    // It names a directory, and not every file system tells case or composition apart: so lower-case ASCII only.
    private static bool IsAccountName(string name) =>
        name.Length is > 0 and <= MaxAccountNameLength && name[^1] != '.'
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');

    private void Account(AccountConfig account)
    {
        string path = $"Accounts:{account.Name}";
        if (account.LoginDisabled is { } text && !PlainText.IsLine(text))
        {
            problems.Add($"{path}:LoginDisabled", "is no text for a reply", "write printable ASCII, under 256 characters, or remove it to allow logins");
        }

        foreach (string name in account.ImapCapabilitiesDisabled)
        {
            if (name.Length == 0 || name.Any(c => c is <= ' ' or '(' or ')' or '{' or '%' or '*' or '"' or '\\' or >= '\x7f'))
            {
                problems.Add($"{path}:ImapCapabilitiesDisabled", $"\"{PlainText.Shown(name)}\" is no IMAP capability", "write one as in \"CONDSTORE\"");
            }
        }

        foreach (DestinationConfig destination in account.Destinations)
        {
            Mailbox($"{path}:Destinations:{destination}:Mailbox", destination.Mailbox);
        }
    }

    private bool Mailbox(string path, string name)
    {
        string? problem = name switch
        {
            "" => "is empty",
            _ when name.Length > 255 => "is too long",
            _ when !name.IsNormalized(NormalizationForm.FormC) => "is not in normal form C",
            _ when name.Any(char.IsControl) => "has control characters",
            _ when name.Split('/').Any(part => part is "" or "." or "..") => "has an empty part, . or ..",
            _ when name[0] == '#' || name.AsSpan().ContainsAny('*', '%') => "has *, % or begins with #",
            _ => null,
        };
        if (problem is not null)
        {
            problems.Add(path, $"the mailbox name \"{PlainText.Shown(name)}\" {problem}", "choose another name, as in \"Lists/Friends\"");
        }

        return problem is null;
    }
}
