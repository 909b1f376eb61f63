using Mox.Config;
using Mox.Host.Control;

namespace Mox.Host.Operations;

/// <summary>The domains that are ours.</summary>
internal static class DomainOperations
{
    public static readonly Operation<DomainRequest, OperationDone> Add =
        new("domain/add", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"domain {asked.Domain} added; give it addresses with: mox address add ADDRESS ACCOUNT",
            context.Editor.AddDomainAsync(asked.Domain, context.Who, ct)));

    public static readonly Operation<DomainRequest, OperationDone> Remove =
        new("domain/remove", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"domain {asked.Domain} removed, with its aliases", context.Editor.RemoveDomainAsync(asked.Domain, context.Who, ct)));

    public static readonly Operation<DomainRequest, OperationDone> Disable =
        new("domain/disable", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"mail for and from {asked.Domain} waits", context.Editor.SetDomainDisabledAsync(asked.Domain, true, context.Who, ct)));

    public static readonly Operation<DomainRequest, OperationDone> Enable =
        new("domain/enable", ControlJson.Default.DomainRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"mail for and from {asked.Domain} is taken", context.Editor.SetDomainDisabledAsync(asked.Domain, false, context.Who, ct)));

    public static readonly Operation<ListRequest, IReadOnlyList<DomainLine>> List =
        new("domain/list", ControlJson.Default.ListRequest, ControlJson.Default.IReadOnlyListDomainLine, (context, _, _) => Task.FromResult(ListAll(context.Config.Current)));

    private static IReadOnlyList<DomainLine> ListAll(MoxConfig config) =>
    [
        .. config.Domains.Values.OrderBy(domain => domain.Name.Ascii, StringComparer.Ordinal).Select(domain => new DomainLine(
            domain.Name.Unicode,
            domain.Disabled,
            config.Accounts.Values.Sum(account => account.Destinations.Count(destination => destination.Domain == domain.Name)),
            domain.Aliases.Count)),
    ];
}
