namespace Mox.Host.Operations;

/// <summary>Asks for a list.</summary>
internal sealed record ListRequest;

/// <summary>What was done, in a line.</summary>
internal sealed record OperationDone(string Done);

/// <summary>Names an account.</summary>
internal sealed record AccountRequest(string Account);

/// <summary>An account and its first address.</summary>
internal sealed record AccountAddition(string Account, string Address);

/// <summary>An account's new password.</summary>
internal sealed record PasswordChange(string Account, string Password);

/// <summary>An account whose logins are refused, with this text.</summary>
internal sealed record AccountDisabling(string Account, string Text);

/// <summary>A line of <c>mox account list</c>.</summary>
internal sealed record AccountLine(string Account, IReadOnlyList<string> Addresses, string? LoginDisabled);

/// <summary>An address, or the rest of a domain, for an account.</summary>
internal sealed record AddressAddition(string Account, string Address, string? Mailbox);

/// <summary>Names an address.</summary>
internal sealed record AddressRequest(string Address);

/// <summary>A line of <c>mox address list</c>.</summary>
internal sealed record AddressLine(string Address, string Account, string Mailbox, string? SmtpError);

/// <summary>An alias and members.</summary>
internal sealed record AliasMembers(string Alias, IReadOnlyList<string> Members);

/// <summary>Names an alias.</summary>
internal sealed record AliasRequest(string Alias);

/// <summary>Names a domain.</summary>
internal sealed record DomainRequest(string Domain);

/// <summary>A line of <c>mox domain list</c>.</summary>
internal sealed record DomainLine(string Domain, bool IsDisabled, int Addresses, int Aliases);
