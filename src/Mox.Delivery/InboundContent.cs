using System.Security.Cryptography;
using Mox.Delivery.Senders;

namespace Mox.Delivery;

/// <summary>The content of a transaction on its way into one spooled file: without forged results, and hashed where somebody asks.</summary>
internal sealed class InboundContent : IDisposable
{
    private readonly Lazy<IMailSpool> _spool;
    private readonly ForgedResultsFilter _filter;
    private IncrementalHash? _hash;

    /// <summary>Content for a store.</summary>
    /// <param name="store">Keeps it.</param>
    /// <param name="hosts">Our names.</param>
    public InboundContent(IMailStore store, IReadOnlyCollection<string> hosts)
    {
        _spool = new Lazy<IMailSpool>(store.CreateSpool, isThreadSafe: false);
        _filter = new ForgedResultsFilter(hosts, bytes => _spool.Value.Write(bytes));
    }

    /// <summary>Fields that were taken out.</summary>
    public int RemovedFields => _filter.Removed;

    /// <summary>The content will be hashed; before the first byte.</summary>
    public void NeedHash() => _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash?.AppendData(bytes);
        _filter.Write(bytes);
    }

    /// <summary>Ends the content; a message without a single byte is one, too. Gives the hash in hexadecimal where it was asked for.</summary>
    public (IMailSpool Spool, string? Hash) Finish()
    {
        _filter.Finish();
        _spool.Value.Finish();
        return (_spool.Value, _hash is null ? null : Convert.ToHexString(_hash.GetHashAndReset()));
    }

    public void Dispose()
    {
        _hash?.Dispose();
        if (_spool.IsValueCreated)
        {
            _spool.Value.Dispose();
        }
    }
}
