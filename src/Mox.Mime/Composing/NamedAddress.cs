using Mox.Addresses;

namespace Mox.Mime;

/// <summary>An address with its display name, to be written into a header.</summary>
/// <param name="Name">Display name in Unicode, or null.</param>
/// <param name="Address">The address.</param>
public readonly record struct NamedAddress(string? Name, Address Address)
{
    /// <summary>An address without display name.</summary>
    public NamedAddress(Address address)
        : this(null, address)
    {
    }
}
