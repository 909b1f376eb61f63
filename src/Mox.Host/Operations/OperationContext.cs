using System.Collections.Immutable;
using Mox.Config;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>What operations work on.</summary>
internal sealed record OperationContext(LiveConfig Config, AccountStore Accounts, string Who)
{
    /// <summary>Changes domains.json.</summary>
    public ConfigEditor Editor { get; } = new(Config);

    /// <summary>Says what was done, or with what problems it was not.</summary>
    /// <exception cref="ConfigException">There are problems.</exception>
    public static async Task<OperationDone> DoneAsync(string text, Task<ImmutableArray<ConfigProblem>> edit) =>
        await edit is { IsEmpty: false } problems ? throw new ConfigException(problems) : new OperationDone(text);
}
