namespace Mox.Net.Tls;

/// <summary>What is wrong with a server's certificate; few values, for reports and metrics.</summary>
public enum CertificateProblem
{
    /// <summary>Nothing: it leads to a trusted root, is in its time, and has the name.</summary>
    None,

    /// <summary>It was not looked at, since no name was expected.</summary>
    NotChecked,

    /// <summary>The server gave none.</summary>
    Missing,

    /// <summary>It is for other names.</summary>
    NameMismatch,

    /// <summary>It, or one that vouches for it, is too old or too young.</summary>
    Expired,

    /// <summary>No trusted root vouches for it.</summary>
    NotTrusted,

    /// <summary>Anything else: a purpose, a constraint, a bad signature.</summary>
    Invalid,
}
