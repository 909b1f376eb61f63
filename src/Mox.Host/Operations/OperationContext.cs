using System.Collections.Immutable;
using Mox.Config;
using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>What operations work on.</summary>
/// <param name="Config">The configuration.</param>
/// <param name="Accounts">The store.</param>
/// <param name="Queue">The queue; opened when it is asked for.</param>
/// <param name="Time">The clock.</param>
/// <param name="Who">Who has it done, for log and history.</param>
internal sealed record OperationContext(
    LiveConfig Config, AccountStore Accounts, Func<CancellationToken, ValueTask<MailQueue>> Queue, TimeProvider Time, string Who)
{
    /// <summary>Changes domains.json.</summary>
    public ConfigEditor Editor { get; } = new(Config);

    /// <summary>Says what was done, or with what problems it was not.</summary>
    /// <exception cref="ConfigException">There are problems.</exception>
    public static async Task<OperationDone> DoneAsync(string text, Task<ImmutableArray<ConfigProblem>> edit) =>
        await edit is { IsEmpty: false } problems ? throw new ConfigException(problems) : new OperationDone(text);
}
