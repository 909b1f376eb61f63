using Mox.Config;
using Mox.Host.Control;

namespace Mox.Host.Operations;

/// <summary>Aliases and their members.</summary>
internal static class AliasOperations
{
    public static readonly Operation<AliasMembers, OperationDone> Add =
        new("alias/add", ControlJson.Default.AliasMembers, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"alias {asked.Alias} added", context.Editor.AddAliasAsync(asked.Alias, asked.Members, context.Who, ct)));

    public static readonly Operation<AliasRequest, OperationDone> Remove =
        new("alias/remove", ControlJson.Default.AliasRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"alias {asked.Alias} removed", context.Editor.RemoveAliasAsync(asked.Alias, context.Who, ct)));

    public static readonly Operation<AliasMembers, OperationDone> AddMembers =
        new("alias/add-member", ControlJson.Default.AliasMembers, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"mail for {asked.Alias} goes to {string.Join(", ", asked.Members)} too",
            context.Editor.AddAliasMembersAsync(asked.Alias, asked.Members, context.Who, ct)));

    public static readonly Operation<AliasMembers, OperationDone> RemoveMembers =
        new("alias/remove-member", ControlJson.Default.AliasMembers, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"mail for {asked.Alias} no longer goes to {string.Join(", ", asked.Members)}",
            context.Editor.RemoveAliasMembersAsync(asked.Alias, asked.Members, context.Who, ct)));

    public static readonly Operation<ListRequest, IReadOnlyList<AliasMembers>> List =
        new("alias/list", ControlJson.Default.ListRequest, ControlJson.Default.IReadOnlyListAliasMembers, (context, _, _) => Task.FromResult(ListAll(context.Config.Current)));

    private static IReadOnlyList<AliasMembers> ListAll(MoxConfig config) =>
    [
        .. config.Domains.Values.OrderBy(domain => domain.Name.Ascii, StringComparer.Ordinal)
            .SelectMany(domain => domain.Aliases.Values.OrderBy(alias => alias.Address.ToString(), StringComparer.Ordinal))
            .Select(alias => new AliasMembers(alias.Address.ToString(), [.. alias.Addresses.Select(member => member.ToString())])),
    ];
}
