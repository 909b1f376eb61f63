using Mox.Config;
using Mox.Host.Operations;
using Mox.Store;

namespace Mox.Host;

/// <summary>Opens a configuration directory, with the platform's way to write files.</summary>
internal static class ConfigDirectory
{
    /// <summary>Its configuration; <paramref name="adjust"/> is what the command line changes at every load.</summary>
    /// <exception cref="ConfigException">With every problem.</exception>
    public static LiveConfig Open(string directory, TimeProvider time, Func<MoxConfig, MoxConfig>? adjust = null) => LiveConfig.Open(
        directory,
        new LiveConfigOptions { Time = time, Adjust = adjust ?? (config => config), FileSystem = new StoreFileSystem(), KeyProblem = DkimKeyFiles.Problem });

    private sealed class StoreFileSystem : ConfigFileSystem
    {
        public override void FlushDirectory(string directory) => DurableFiles.FlushDirectory(directory);

        public override void CopyOwner(string from, string to) => DurableFiles.CopyOwner(from, to);
    }
}
