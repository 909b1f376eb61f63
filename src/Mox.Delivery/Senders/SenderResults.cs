using Mox.Addresses;
using Mox.EmailAuth;
using Mox.EmailAuth.Arc;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.Spf;

namespace Mox.Delivery.Senders;

/// <summary>All that was found out about who sent a message.</summary>
internal sealed record SenderResults
{
    /// <summary>The client, and what it says of itself.</summary>
    public required SpfSender Sender { get; init; }

    /// <summary>It comes from our own queue: a user of ours sent it, or we did. The client is nobody to be checked then.</summary>
    public bool IsOwnQueue { get; init; }

    /// <summary>SPF of the reverse-path, of the name in EHLO where that is empty; null from our own queue.</summary>
    public SpfVerdict? Spf { get; init; }

    /// <summary>SPF of the name in EHLO; null from our own queue.</summary>
    public SpfVerdict? HelloSpf { get; init; }

    /// <summary>The client's own name; null from our own queue.</summary>
    public IpRevVerdict? IpRev { get; init; }

    /// <summary>The signatures.</summary>
    public required DkimOutcome Dkim { get; init; }

    /// <summary>The chain of seals of who passed the message on.</summary>
    public required ArcVerdict Arc { get; init; }

    /// <summary>What the author's domain wants; null from our own queue.</summary>
    public DmarcVerdict? Dmarc { get; init; }

    /// <summary>The one author that From names; <c>default</c> when it does not name one.</summary>
    public Address From { get; init; }

    /// <summary>How From deceives readers; empty when it does not.</summary>
    public string FromProblem { get; init; } = "";

    /// <summary>The results for the log: words of the RFCs, "-" for what was not checked.</summary>
    public static (string Spf, string Dkim, string Dmarc) Words(SenderResults? results) =>
        (Word(results?.Spf?.Result), Word(results?.Dkim.Status), Word(results?.Dmarc?.Status));

    /// <summary>A result in the RFC's word.</summary>
    public static string Word<T>(T? result)
        where T : struct, Enum => result is { } one ? one.ToString().ToLowerInvariant() : "-";
}
