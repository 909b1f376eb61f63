namespace Mox.Queue;

/// <summary>A way for mail to leave. Routes choose one by its name at every attempt. A transport is one file, and one line in <see cref="TransportTable"/>.</summary>
public interface ITransport
{
    /// <summary>Its name in routes, logs and lists.</summary>
    string Name { get; }

    /// <summary>
    /// Transactions at once through it, whatever the recipients' domain, where all goes to the same server; null when each domain has servers
    /// of its own, and the limit for each destination holds.
    /// </summary>
    int? MaxConcurrency { get; }

    /// <summary>Makes one attempt. Network and peers failing are results; an exception is our own fault, and counts as temporary.</summary>
    ValueTask<TransportResult> DeliverAsync(TransportJob job, CancellationToken ct);
}
