using System.Text.Json;

namespace Mox.Config;

/// <summary>Where the data of a configuration is, known also while the rest of the configuration has problems.</summary>
public static class DataDirectory
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The full path of <c>Mox:DataDirectory</c>, default <c>../data</c> beside the configuration directory.</summary>
    /// <exception cref="ConfigException">There is no appsettings.json, or it is not JSON.</exception>
    public static string Of(string configDirectory)
    {
        string directory = Path.GetFullPath(configDirectory);
        string file = Path.Combine(directory, ConfigLoader.StaticFileName);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
            string path = Text(json.RootElement) ?? "../data";
            return Path.GetFullPath(path, directory);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Problem(file, "there is no such file", "name the directory that has it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problem(file, "cannot be read", e.Message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Problem(file, "not valid JSON", e.Message);
        }
    }

    private static string? Text(JsonElement top) =>
        top.ValueKind == JsonValueKind.Object
        && top.TryGetProperty("Mox", out JsonElement mox) && mox.ValueKind == JsonValueKind.Object
        && mox.TryGetProperty(nameof(DataDirectory), out JsonElement path) && path.ValueKind == JsonValueKind.String
            ? path.GetString()
            : null;

    private static ConfigException Problem(string file, string what, string hint) => new([new ConfigProblem(file, "", 0, 0, what, hint)]);
}
