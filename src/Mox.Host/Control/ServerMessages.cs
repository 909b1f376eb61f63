using System.Text.Json.Serialization;
using Mox.Config;

namespace Mox.Host.Control;

/// <summary>Since when this server runs.</summary>
internal sealed record RunningServer(DateTimeOffset StartedAt);

/// <summary>What <c>/ctl/version</c> answers.</summary>
internal sealed record ServerVersion(string Version, string Runtime, DateTimeOffset StartedAt, int ProcessId);

/// <summary>Another level for the log, or for one library; without a level the library gets that of the log again.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LogLevelChange(string? Package, LogVerbosity? Level);
