namespace Mox.Dns.Wire;

/// <summary>Whether a message answers a question.</summary>
internal enum QueryMatch
{
    /// <summary>It does not.</summary>
    No,

    /// <summary>It does.</summary>
    Yes,

    /// <summary>It would, but has other upper and lower case: forged, or of a server that does not keep it.</summary>
    OtherCase,
}
