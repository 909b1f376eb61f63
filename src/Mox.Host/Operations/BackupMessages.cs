using System.Text.Json.Serialization;

namespace Mox.Host.Operations;

/// <summary>Where a backup is to be made, and the configuration that belongs to it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BackupRequest(string Directory, string ConfigDirectory);

/// <summary>A line of the report of a backup: something was done, something went wrong, or at the end the sum of all.</summary>
internal sealed record BackupLine(string? Done = null, string? Problem = null, BackupSummary? Summary = null);

/// <summary>What a backup has.</summary>
internal sealed record BackupSummary(string Directory, int Accounts, long Messages, long SizeBytes, bool IsCopied, int ConfigFiles, int Problems, double Seconds);
