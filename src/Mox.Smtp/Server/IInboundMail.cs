namespace Mox.Smtp.Server;

/// <summary>The seam between the protocol and what receives mail from outside. Implemented in Mox.Delivery; a fake is ten lines.</summary>
public interface IInboundMail
{
    /// <summary>MAIL FROM. Refuses by <see cref="SmtpReplyException"/>. The session disposes what it gets, delivered or not.</summary>
    ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct);
}
