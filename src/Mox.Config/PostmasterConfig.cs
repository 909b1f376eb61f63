namespace Mox.Config;

/// <summary>Where mail for postmaster goes (RFC 5321 section 4.5.1). <c>Mox:Postmaster</c>.</summary>
/// <param name="Account">The name of an account.</param>
/// <param name="Mailbox">The mailbox in it; default "Postmaster".</param>
public sealed record PostmasterConfig(string Account, string Mailbox = "Postmaster");
