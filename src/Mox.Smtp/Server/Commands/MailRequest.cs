namespace Mox.Smtp.Server.Commands;

/// <summary>MAIL FROM as parsed.</summary>
/// <param name="Envelope">What it says, without the time of release, which may depend on the clock.</param>
/// <param name="Release">HOLDFOR or HOLDUNTIL.</param>
/// <param name="HasParameters">Something stood behind the path.</param>
internal sealed record MailRequest(Envelope Envelope, FutureRelease? Release, bool HasParameters);
