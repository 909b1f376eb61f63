namespace Mox.Delivery;

/// <summary>Tells the senders of mail from outside what became of it, when the session cannot. Implemented over the queue, in Mox.Host; a fake is five lines.</summary>
public interface INonDelivery
{
    /// <summary>
    /// Queues a report for the sender: on stable storage when this says true. False when there is no way to the sender, or the queue cannot be
    /// used, which is logged: then the session has to tell.
    /// </summary>
    /// <remarks>A report goes with the null reverse-path, so that nobody reports about it (RFC 5321 section 4.5.5).</remarks>
    ValueTask<bool> TryReportAsync(DeliveryReport report, CancellationToken ct);
}
