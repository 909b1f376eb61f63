using Mox.Net.Sasl;

namespace Mox.Store;

/// <summary>Attempts to log in that were alike: how often, and when first and last.</summary>
public sealed record LoginAttempt
{
    /// <summary>The account, "-" when unknown.</summary>
    public required string Account { get; init; }

    /// <summary>The login as given, cut at 320 characters.</summary>
    public required string LoginAddress { get; init; }

    /// <summary>The client.</summary>
    public required string RemoteIp { get; init; }

    /// <summary>Our address.</summary>
    public required string LocalIp { get; init; }

    /// <summary>TLS protocol and cipher suite, "" in the clear.</summary>
    public required string Tls { get; init; }

    /// <summary>What the client says it is, cut at 200 characters; untrusted.</summary>
    public required string UserAgent { get; init; }

    /// <summary>The service.</summary>
    public required string Protocol { get; init; }

    /// <summary>SASL mechanism, or "login".</summary>
    public required string Mechanism { get; init; }

    /// <summary>How they ended.</summary>
    public required LoginOutcome Outcome { get; init; }

    /// <summary>The first.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>The last.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>How many.</summary>
    public required long Count { get; init; }
}
