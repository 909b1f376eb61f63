namespace Mox.Host.Operations;

/// <summary>The operations that the control socket offers. An operation is added here and nowhere else.</summary>
internal static class OperationTable
{
    /// <summary>All.</summary>
    public static IReadOnlyList<IOperation> All { get; } =
    [
        AccountOperations.Add,
        AccountOperations.Disable,
        AccountOperations.Enable,
        AccountOperations.List,
        AccountOperations.Remove,
        AccountOperations.SetPassword,
        AddressOperations.Add,
        AddressOperations.List,
        AddressOperations.Remove,
        AliasOperations.Add,
        AliasOperations.AddMembers,
        AliasOperations.List,
        AliasOperations.Remove,
        AliasOperations.RemoveMembers,
        DomainOperations.Add,
        DomainOperations.Disable,
        DomainOperations.Enable,
        DomainOperations.List,
        DomainOperations.Remove,
        IndexOperations.Rebuild,
        QueueOperations.AddHoldRule,
        QueueOperations.Drop,
        QueueOperations.Dump,
        QueueOperations.Fail,
        QueueOperations.Hold,
        QueueOperations.List,
        QueueOperations.ListHoldRules,
        QueueOperations.RemoveHoldRule,
        QueueOperations.Schedule,
        QueueOperations.Unhold,
    ];
}
