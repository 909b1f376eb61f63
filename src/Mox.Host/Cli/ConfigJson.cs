using System.Text.Json.Serialization;
using Mox.Config;
using Mox.Config.Description;

namespace Mox.Host.Cli;

/// <summary>The JSON of <c>mox config ... --json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ConfigProblem[]))]
[JsonSerializable(typeof(ConfigOption[]))]
internal sealed partial class ConfigJson : JsonSerializerContext;
