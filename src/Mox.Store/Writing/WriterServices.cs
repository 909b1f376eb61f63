using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>What a group writer runs on.</summary>
/// <param name="WriterThreads">Its turns run on one of them at a time.</param>
/// <param name="FileThreads">Flush directories beside it when a group touched several.</param>
/// <param name="Files">The files of messages.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Metrics">Counts flushes.</param>
/// <param name="Logger">Hears of trouble.</param>
/// <param name="Faults">Called before and after a commit, for tests.</param>
internal sealed record WriterServices(
    StoreThreads WriterThreads,
    StoreThreads FileThreads,
    IMessageFiles Files,
    TimeProvider TimeProvider,
    StoreMetrics Metrics,
    ILogger Logger,
    Action<string>? Faults);
