using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>What all accounts of a store share.</summary>
internal sealed record StoreServices(
    StoreOptions Options,
    IMessageFiles Files,
    TimeProvider TimeProvider,
    StoreThreads WriterThreads,
    StoreThreads FileThreads,
    IndexWorker IndexWorker,
    StoreMetrics Metrics,
    ILogger Logger)
{
    /// <summary>Header texts that searches have read.</summary>
    public HeaderTextCache HeaderTexts { get; } = new();

    /// <summary>What the accounts' writers run on.</summary>
    public WriterServices Writers { get; } = new(WriterThreads, FileThreads, Files, TimeProvider, Metrics, Logger, Options.Faults);
}
