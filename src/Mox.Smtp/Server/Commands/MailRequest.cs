namespace Mox.Smtp.Server.Commands;

/// <summary>MAIL FROM as parsed.</summary>
internal sealed record MailRequest(Envelope Envelope, bool HasParameters);
