namespace Mox.Smtp.Server.Commands;

/// <summary>AUTH as parsed; no record, so that nothing prints what may be a password.</summary>
internal sealed class AuthRequest(string mechanism, byte[]? initial, bool isBase64)
{
    /// <summary>As given; empty when the line has none.</summary>
    public string Mechanism { get; } = mechanism;

    /// <summary>The initial response, decoded: empty for <c>=</c>, null when there was none.</summary>
    public byte[]? Initial { get; } = initial;

    /// <summary>What follows the mechanism is nothing, or one base64 word.</summary>
    public bool IsBase64 { get; } = isBase64;
}
