using Mox.Config;
using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>Recipients as the configuration has them.</summary>
public sealed class ConfiguredRecipients(AddressResolver resolver) : IRecipients
{
    /// <inheritdoc/>
    public Resolution Resolve(ForwardPath recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        // Nothing is delivered to address literals; the protocol has refused them already.
        return recipient.Host is { Literal: not null }
            ? new Resolution.UnknownDomain()
            : resolver.Resolve(recipient.LocalPart, recipient.Host?.Domain);
    }
}
