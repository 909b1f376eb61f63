namespace Mox.Config;

/// <summary>A new key of a domain.</summary>
/// <param name="Selector">Its name, as in "2026a".</param>
/// <param name="File">Its file, as the configuration shall name it.</param>
public sealed record DkimKeyFile(string Selector, string File);
