using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>What all accounts of a store share.</summary>
internal sealed record StoreServices(
    StoreOptions Options,
    IMessageFiles Files,
    TimeProvider TimeProvider,
    StoreThreads WriterThreads,
    StoreThreads FileThreads,
    StoreMetrics Metrics,
    ILogger Logger);
