using System.Collections.Immutable;
using Mox.Addresses;
using Mox.Config;
using Mox.Host.Control;

namespace Mox.Host.Operations;

/// <summary>The domains that are ours.</summary>
internal static class DomainOperations
{
    public static readonly Operation<DomainRequest, OperationDone> Add =
        new("domain/add", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => AddAsync(context, asked.Domain, ct));

    public static readonly Operation<DomainRequest, OperationDone> Remove =
        new("domain/remove", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => RemoveAsync(context, asked.Domain, ct));

    public static readonly Operation<DomainRequest, OperationDone> Disable =
        new("domain/disable", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"mail for and from {asked.Domain} waits", context.Editor.SetDomainDisabledAsync(asked.Domain, true, context.Who, ct)));

    public static readonly Operation<DomainRequest, OperationDone> Enable =
        new("domain/enable", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"mail for and from {asked.Domain} is taken", context.Editor.SetDomainDisabledAsync(asked.Domain, false, context.Who, ct)));

    public static readonly Operation<ListRequest, IReadOnlyList<DomainLine>> List =
        new("domain/list", ControlJson.Default.ListRequest, ControlJson.Default.IReadOnlyListDomainLine, (context, _, _) => Task.FromResult(ListAll(context.Config.Current)));

    private static async Task<OperationDone> AddAsync(OperationContext context, string text, CancellationToken ct)
    {
        // One that cannot be added gets no keys; the editor says why.
        bool isNew = Domain.TryParse(text, out Domain domain) && !context.Config.Current.Domains.ContainsKey(domain);
        IReadOnlyList<DkimKeyFile> keys = isNew && context.Config.Directory is { } directory
            ? await Task.Run(() => DkimKeyFiles.Create(directory, domain, context.Time.GetUtcNow()), ct) : [];
        ImmutableArray<ConfigProblem> problems = await context.Editor.AddDomainAsync(text, keys, context.Who, ct);
        if (!problems.IsEmpty)
        {
            DkimKeyFiles.Delete(context.Config.Directory, keys);
            throw new ConfigException(problems);
        }

        return new OperationDone(
            $"domain {domain} added; its DNS records: mox dnsrecords {domain}; give it addresses with: mox address add ADDRESS ACCOUNT");
    }

    private static async Task<OperationDone> RemoveAsync(OperationContext context, string text, CancellationToken ct)
    {
        DkimConfig? dkim = Domain.TryParse(text, out Domain domain) ? context.Config.Current.Domains.GetValueOrDefault(domain)?.Dkim : null;
        OperationDone done = await OperationContext.DoneAsync(
            $"domain {text} removed, with its aliases", context.Editor.RemoveDomainAsync(text, context.Who, ct));
        return dkim is null || context.Config.Directory is not { } directory
            ? done : new OperationDone(done.Done + DkimKeyFiles.Retire(directory, dkim, context.Config.Current, context.Time.GetUtcNow()));
    }

    private static IReadOnlyList<DomainLine> ListAll(MoxConfig config) =>
    [
        .. config.Domains.Values.OrderBy(domain => domain.Name.Ascii, StringComparer.Ordinal).Select(domain => new DomainLine(
            domain.Name.Unicode,
            domain.Disabled,
            config.Accounts.Values.Sum(account => account.Destinations.Count(destination => destination.Domain == domain.Name)),
            domain.Aliases.Count)),
    ];
}
