using System.Collections.Immutable;

namespace Mox.Config;

/// <summary>
/// The mailboxes that a new account gets besides Inbox, by use (RFC 6154 section 2); an empty name makes none. <c>Mox:InitialMailboxes</c>.
/// </summary>
public sealed record InitialMailboxesConfig
{
    /// <summary>Default "Archive". <c>Archive</c>.</summary>
    public string Archive { get; init; } = "Archive";

    /// <summary>Default "Drafts". <c>Drafts</c>.</summary>
    public string Drafts { get; init; } = "Drafts";

    /// <summary>Default "Junk". <c>Junk</c>.</summary>
    public string Junk { get; init; } = "Junk";

    /// <summary>Default "Sent". <c>Sent</c>.</summary>
    public string Sent { get; init; } = "Sent";

    /// <summary>Default "Trash". <c>Trash</c>.</summary>
    public string Trash { get; init; } = "Trash";

    /// <summary>Others, without a special use. Default none. <c>Regular</c>.</summary>
    public ImmutableArray<string> Regular { get; init; } = [];
}
