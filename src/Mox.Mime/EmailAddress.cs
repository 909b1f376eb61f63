using Mox.Addresses;

namespace Mox.Mime;

/// <summary>
/// An entry of an address list in a header: a mailbox, or where a group begins or ends (RFC 5322 section 3.4).
/// </summary>
public readonly record struct EmailAddress
{
    /// <summary>What the entry is.</summary>
    public EmailAddressKind Kind { get; init; }

    /// <summary>
    /// Display name or group name as it stands, unquoted but with encoded words undecoded; null when there is none.
    /// </summary>
    public string? NameText { get; init; }

    /// <summary>The obsolete source route, <c>@a,@b</c>, or null (RFC 5322 section 4.4).</summary>
    public string? Route { get; init; }

    /// <summary>The localpart, unquoted, as it stands; null for a group.</summary>
    public string? Mailbox { get; init; }

    /// <summary>The domain or address literal as it stands; null when it is missing.</summary>
    public string? Host { get; init; }

    /// <summary>Display name with encoded words decoded; null when there is none.</summary>
    public string? Name => NameText is null ? null : EncodedWord.Decode(NameText);

    /// <summary>Whether the entry is a mailbox, not a group's mark.</summary>
    public bool IsMailbox => Kind == EmailAddressKind.Mailbox;

    /// <summary>
    /// The address as a value; false for a group mark, an address literal and what is no valid address.
    /// </summary>
    public bool TryGetAddress(out Address address)
    {
        address = default;
        if (!IsMailbox || !LocalPart.TryFromValue(Mailbox, out var localPart, out _) || !Domain.TryParse(Host, out var domain))
        {
            return false;
        }
        address = new Address(localPart, domain);
        return true;
    }

    /// <summary>The entry as people read it: <c>Name &lt;local@domain&gt;</c>.</summary>
    public override string ToString() => Kind switch
    {
        EmailAddressKind.GroupStart => $"{Name}:",
        EmailAddressKind.GroupEnd => ";",
        _ => Name is { Length: > 0 } name ? $"{name} <{Mailbox}@{Host}>" : $"{Mailbox}@{Host}",
    };
}
