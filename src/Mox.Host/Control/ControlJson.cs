using System.Text.Json.Serialization;
using Mox.Host.Logging;
using Mox.Host.Operations;

namespace Mox.Host.Control;

/// <summary>The JSON of the control socket and of <c>--json</c>. Requests refuse keys they do not know, answers do not.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ServerVersion))]
[JsonSerializable(typeof(LogLevelTable))]
[JsonSerializable(typeof(LogLevelChange))]
[JsonSerializable(typeof(BackupRequest))]
[JsonSerializable(typeof(BackupLine))]
internal sealed partial class ControlJson : JsonSerializerContext;
