namespace Mox.Testing;

/// <summary>A conversation did not go as its transcript says.</summary>
public sealed class TranscriptException(string message) : Exception(message);
