using Mox.Config;
using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>Says where mail for a recipient goes.</summary>
public interface IRecipients
{
    /// <summary>Where mail for this path goes. Called once for each RCPT TO; must be quick and must not throw.</summary>
    Resolution Resolve(ForwardPath recipient);
}
