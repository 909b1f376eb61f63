namespace Mox.Config;

/// <summary>How a configuration directory is kept.</summary>
public sealed class LiveConfigOptions
{
    /// <summary>Changes what the files say, at every load: options of the command line. Default nothing. What comes out is validated too.</summary>
    public Func<MoxConfig, MoxConfig> Adjust { get; init; } = static config => config;

    /// <summary>
    /// Says what is wrong with the text of a private key for DKIM; null when it is good. Mox.EmailAuth knows. Default: every text is good.
    /// </summary>
    public Func<string, string?> KeyProblem { get; init; } = static _ => null;

    /// <summary>How often the files are looked at once <see cref="LiveConfig.Watch"/> was called. Default 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The platform's part of writing files.</summary>
    public ConfigFileSystem FileSystem { get; init; } = new();
}

/// <summary>What .NET lacks to replace a file durably; Mox.Store has it.</summary>
public class ConfigFileSystem
{
    /// <summary>Flushes a directory, so that a renamed file is there after a crash. Default: nothing is done.</summary>
    public virtual void FlushDirectory(string directory)
    {
    }

    /// <summary>Gives a new file to the owner of the old one, when we may: an operator who is root must not take it from the server. Default: nothing is done.</summary>
    public virtual void CopyOwner(string from, string to)
    {
    }
}
