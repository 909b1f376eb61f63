using System.Text.Json.Serialization;
using Mox.Host.Logging;

namespace Mox.Host.Control;

/// <summary>The JSON of the control socket and of <c>--json</c>. Requests refuse keys they do not know, answers do not.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ServerVersion))]
[JsonSerializable(typeof(LogLevelTable))]
[JsonSerializable(typeof(LogLevelChange))]
internal sealed partial class ControlJson : JsonSerializerContext;
