using Mox.Addresses;
using Mox.Delivery.Senders;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Delivery;

/// <summary>A content that may be delivered, and what all its deliveries share.</summary>
internal sealed class AcceptedContent(IMailSpool spool, string? hash, ContentFacts facts, SmtpPeer peer, SenderResults results)
{
    /// <summary>The bytes.</summary>
    public IMailSpool Spool => spool;

    /// <summary>The content's hash; null where only one mailbox gets it.</summary>
    public string? Hash => hash;

    /// <summary>What the protocol saw.</summary>
    public ContentFacts Facts => facts;

    /// <summary>The client, with its own name where that leads back to it.</summary>
    public SmtpPeer Peer { get; } = results.IpRev is { Status: EmailAuth.IpRevStatus.Pass, Name: var name }
        // Who has an address may give it any name, also one that is no host.
        && name.TryGetDomain(out var host) ? peer with { Name = host.Ascii } : peer;

    /// <summary>The author; <c>default</c> when there is not one.</summary>
    public Address From => results.From;

    /// <summary>What the rows say of the sender.</summary>
    public SenderEvidence Evidence { get; } = Senders.Evidence.Of(results);

    /// <summary>The fields that say what was found out.</summary>
    public string Header { get; } = ResultsHeader.Compose(peer.Hostname, results);
}
