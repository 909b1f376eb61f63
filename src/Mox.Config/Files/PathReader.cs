namespace Mox.Config.Files;

/// <summary>Paths in a configuration file are relative to its directory.</summary>
internal sealed class PathReader(ProblemList problems, string directory)
{
    /// <summary>The path in full; an empty text that is not in the file was reported as missing.</summary>
    public string FullPath(ObjectReader options, string name, string text)
    {
        if (text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal))
        {
            return Path.GetFullPath(text, directory);
        }

        if (options.Has(name))
        {
            problems.Add(options.PathOf(name), "is no path", "write a path, relative to the directory of this file");
        }

        return directory;
    }
}
