using System.Collections.Immutable;
using Mox.Config.Editing;

namespace Mox.Config;

/// <summary>
/// The changes that commands and pages make to domains.json. Each edits the text in place (comments and layout stay), is validated with all
/// the rest before anything is written, is written atomically and kept in the history, and runs at once.
/// </summary>
/// <remarks>Each returns the problems; when there is one, nothing was changed. <c>who</c> is for log and history: a user name or an address.</remarks>
public sealed class ConfigEditor(LiveConfig live)
{
    private const string AccountsName = "Accounts";
    private const string DomainsName = "Domains";
    private const string DestinationsName = "Destinations";
    private const string AliasesName = "Aliases";
    private const string AddressesName = "Addresses";
    private const string DkimName = "Dkim";
    private const string SelectorsName = "Selectors";

    /// <summary>Adds an account with its first address.</summary>
    public Task<ImmutableArray<ConfigProblem>> AddAccountAsync(string account, string address, string who, CancellationToken ct) =>
        RunAsync($"account add {account} {address}", who, edit => edit.Account(account) is not null
            ? DomainsEdit.Refuse($"there is already an account {account}", "choose another name")
            : DomainsEdit.WithAddress(address, found => edit.Set($"{{ {JsonText.Quote(DestinationsName)}: {{ {JsonText.Quote(found.ToString())}: {{}} }} }}", AccountsName, account)), ct);

    /// <summary>Removes an account with its addresses. Its mail stays in the data directory.</summary>
    public Task<ImmutableArray<ConfigProblem>> RemoveAccountAsync(string account, string who, CancellationToken ct) =>
        RunAsync($"account remove {account}", who, edit => edit.WithAccount(account, found =>
            edit.AliasWith(found.Destinations) is { } alias
                ? DomainsEdit.Refuse($"{alias} has an address of this account as a member", "remove it there first (mox alias)")
                : edit.Remove(AccountsName, account)), ct);

    /// <summary>Refuses logins with this text, or takes them again (null). Mail still comes in.</summary>
    public Task<ImmutableArray<ConfigProblem>> SetLoginDisabledAsync(string account, string? text, string who, CancellationToken ct) =>
        RunAsync(text is null ? $"account enable {account}" : $"account disable {account}", who, edit => edit.WithAccount(account, _ => text is null
            ? edit.RemoveOption(AccountsName, account, "LoginDisabled")
            : edit.Set(JsonText.Quote(text), AccountsName, account, "LoginDisabled")), ct);

    /// <summary>Adds an address, or the rest of a domain ("@example.org"), to an account; a null mailbox is Inbox.</summary>
    public Task<ImmutableArray<ConfigProblem>> AddAddressAsync(string account, string address, string? mailbox, string who, CancellationToken ct) =>
        RunAsync($"address add {address} {account}", who, edit => edit.WithAccount(account, _ => DomainsEdit.WithAddress(address, found => edit.Owner(found) is { } owner
            ? DomainsEdit.Refuse($"account {owner.Account.Name} has the address {owner.Destination} already", "remove it there first, or choose another")
            : edit.Set(mailbox is null ? "{}" : $"{{ \"Mailbox\": {JsonText.Quote(mailbox)} }}", AccountsName, account, DestinationsName, found.ToString()))), ct);

    /// <summary>Removes an address, or the rest of a domain ("@example.org"), from the account that has it.</summary>
    public Task<ImmutableArray<ConfigProblem>> RemoveAddressAsync(string address, string who, CancellationToken ct) =>
        RunAsync($"address remove {address}", who, edit => DomainsEdit.WithAddress(address, asked =>
        {
            if (edit.Owner(asked) is not { } owner)
            {
                return DomainsEdit.Refuse($"no account has the address {asked}", "see mox address list");
            }

            return edit.AliasWith([owner.Destination]) is { } alias
                ? DomainsEdit.Refuse($"{alias} has {asked} as a member", "remove it there first (mox alias)")
                : edit.Remove(AccountsName, owner.Account.Name, DestinationsName, edit.KeyOf(owner));
        }), ct);

    /// <summary>Adds an alias: an address whose mail goes to all members, addresses of accounts.</summary>
    public Task<ImmutableArray<ConfigProblem>> AddAliasAsync(string alias, IReadOnlyList<string> members, string who, CancellationToken ct) =>
        RunAsync($"alias add {alias} {string.Join(' ', members)}", who, edit => edit.WithDomainOf(alias, (address, domain) => edit.Alias(address) is not null
            ? DomainsEdit.Refuse($"there is already an alias {address}", "add members to it")
            : edit.Set(
                $"{{ \"{AddressesName}\": [ {string.Join(", ", members.Select(JsonText.Quote))} ] }}",
                DomainsName, domain, AliasesName, address.LocalPart.ToString())), ct);

    /// <summary>Removes an alias.</summary>
    public Task<ImmutableArray<ConfigProblem>> RemoveAliasAsync(string alias, string who, CancellationToken ct) =>
        RunAsync($"alias remove {alias}", who, edit => edit.WithAlias(alias, path => edit.Remove(path)), ct);

    /// <summary>Adds members to an alias.</summary>
    public Task<ImmutableArray<ConfigProblem>> AddAliasMembersAsync(string alias, IReadOnlyList<string> members, string who, CancellationToken ct) =>
        RunAsync($"alias addmember {alias} {string.Join(' ', members)}", who, edit => edit.WithAlias(alias, path =>
        {
            foreach (string member in members)
            {
                edit.Text.AddText([.. path, AddressesName], member);
            }

            return [];
        }), ct);

    /// <summary>Removes members of an alias; the last one cannot be.</summary>
    public Task<ImmutableArray<ConfigProblem>> RemoveAliasMembersAsync(string alias, IReadOnlyList<string> members, string who, CancellationToken ct) =>
        RunAsync($"alias removemember {alias} {string.Join(' ', members)}", who, edit => edit.WithAlias(alias, path =>
        {
            foreach (string member in members)
            {
                if (!edit.Text.RemoveTexts([.. path, AddressesName], text => edit.IsSame(text, member)))
                {
                    return DomainsEdit.Refuse($"{alias} has no member {member}", "see mox alias list");
                }
            }

            return [];
        }), ct);

    /// <summary>Adds a domain; mail for name+anything goes to name, and its mail is signed with these keys.</summary>
    public Task<ImmutableArray<ConfigProblem>> AddDomainAsync(string domain, IReadOnlyList<DkimKeyFile> keys, string who, CancellationToken ct) =>
        RunAsync($"domain add {domain}", who, edit => DomainsEdit.WithName(domain, name => edit.DomainKey(name) is not null
            ? DomainsEdit.Refuse($"there is already a domain {name}", "nothing has to be done")
            : AddDomain(edit, name.Unicode, keys)), ct);

    /// <summary>Removes a domain with its aliases; no account may have addresses there.</summary>
    public Task<ImmutableArray<ConfigProblem>> RemoveDomainAsync(string domain, string who, CancellationToken ct) =>
        RunAsync($"domain remove {domain}", who, edit => edit.WithDomain(domain, (name, key) =>
        {
            ImmutableArray<ConfigProblem> used =
            [
                .. edit.Config.Accounts.Values.OrderBy(account => account.Name, StringComparer.Ordinal)
                    .SelectMany(account => account.Destinations, (account, destination) => (account, destination))
                    .Where(pair => pair.destination.Domain == name)
                    .SelectMany(pair => DomainsEdit.Refuse($"account {pair.account.Name} has the address {pair.destination}", "remove the address, or the account, first")),
            ];
            return used.IsEmpty ? edit.Remove(DomainsName, key) : used;
        }), ct);

    /// <summary>Refuses mail for a domain for now, or takes it again.</summary>
    public Task<ImmutableArray<ConfigProblem>> SetDomainDisabledAsync(string domain, bool disabled, string who, CancellationToken ct) =>
        RunAsync($"domain {(disabled ? "disable" : "enable")} {domain}", who, edit => edit.WithDomain(domain, (_, key) => disabled
            ? edit.Set("true", DomainsName, key, "Disabled")
            : edit.RemoveOption(DomainsName, key, "Disabled")), ct);

    private static ImmutableArray<ConfigProblem> AddDomain(DomainsEdit edit, string name, IReadOnlyList<DkimKeyFile> keys)
    {
        const string Separators = "LocalPartSeparators";
        const string Plus = "[ \"+\" ]";
        if (keys.Count == 0)
        {
            return edit.Set($"{{ {JsonText.Quote(Separators)}: {Plus} }}", DomainsName, name);
        }

        // Piece by piece, so that each stands on its own line.
        edit.Set("{}", DomainsName, name);
        edit.Set(Plus, DomainsName, name, Separators);
        edit.Set("{}", DomainsName, name, DkimName);
        edit.Set("{}", DomainsName, name, DkimName, SelectorsName);
        foreach (DkimKeyFile key in keys)
        {
            edit.Set($"{{ \"KeyFile\": {JsonText.Quote(key.File)} }}", DomainsName, name, DkimName, SelectorsName, key.Selector);
        }

        return edit.Set($"[ {string.Join(", ", keys.Select(key => JsonText.Quote(key.Selector)))} ]", DomainsName, name, DkimName, "Sign");
    }

    private Task<ImmutableArray<ConfigProblem>> RunAsync(
        string what, string who, Func<DomainsEdit, ImmutableArray<ConfigProblem>> edit, CancellationToken ct) =>
        live.ChangeAsync((text, config) => edit(new DomainsEdit(text, config)), who, what, ct);
}
