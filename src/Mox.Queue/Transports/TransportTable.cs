using System.Collections.Frozen;

namespace Mox.Queue;

/// <summary>The transports by name.</summary>
public sealed class TransportTable
{
    /// <summary>The name of the transport for our own domains.</summary>
    public const string Local = "local";

    private readonly FrozenDictionary<string, ITransport> _byName;

    /// <summary>Makes the table.</summary>
    /// <exception cref="ArgumentException">Two have one name.</exception>
    public TransportTable(IEnumerable<ITransport> transports) => _byName = transports.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The transport of that name, or null.</summary>
    public ITransport? Find(string name) => _byName.GetValueOrDefault(name);
}
