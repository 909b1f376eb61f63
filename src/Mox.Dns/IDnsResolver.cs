namespace Mox.Dns;

/// <summary>Answers questions about names.</summary>
public interface IDnsResolver
{
    /// <summary>
    /// Asks for the records of a name and follows its aliases. Whatever a server or the network does is in the answer; only
    /// cancellation throws. All questions end by a deadline of their own.
    /// </summary>
    ValueTask<DnsAnswer<T>> QueryAsync<T>(DnsName name, DnsRecordType<T> type, CancellationToken ct);
}
