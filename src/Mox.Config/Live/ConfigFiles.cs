namespace Mox.Config;

/// <summary>Writes files of the configuration: whole or not at all, and durably.</summary>
internal sealed class ConfigFiles(ConfigFileSystem fileSystem)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Under another name, flushed, renamed, and the directory flushed. Keeps mode and owner of the file, or those of <paramref name="like"/>.</summary>
    public void Replace(string file, ReadOnlySpan<byte> content, string? like = null)
    {
        string temporary = file + ".new";
        like ??= file;
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.Exists(like) ? File.GetUnixFileMode(like) & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite) : Private;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            if (File.Exists(like))
            {
                fileSystem.CopyOwner(like, temporary);
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        fileSystem.FlushDirectory(Path.GetDirectoryName(file)!);
    }

    /// <summary>Makes a directory that only the owner of <paramref name="like"/> may enter.</summary>
    public void CreateDirectory(string directory, string like)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
        }

        fileSystem.CopyOwner(like, directory);
    }
}
