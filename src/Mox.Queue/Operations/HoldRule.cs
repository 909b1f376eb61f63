using Mox.Addresses;

namespace Mox.Queue;

/// <summary>Holds messages that are queued, now and later. All that is set must fit; a rule without conditions holds everything.</summary>
/// <param name="Id">Names it; 0 for a new one.</param>
/// <param name="Account">Of this account.</param>
/// <param name="SenderDomain">From this domain.</param>
/// <param name="RecipientDomain">To this domain.</param>
public sealed record HoldRule(long Id, string? Account, Domain? SenderDomain, Domain? RecipientDomain);
