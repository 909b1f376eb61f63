using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mox.Config.Editing;

/// <summary>Texts as people write them: ü, not \u00fc.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class JsonTextContext : JsonSerializerContext
{
    /// <summary>Nothing here is put into HTML.</summary>
    public static JsonTypeInfo<string> Readable { get; } =
        (JsonTypeInfo<string>)new JsonTextContext(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).GetTypeInfo(typeof(string))!;
}
