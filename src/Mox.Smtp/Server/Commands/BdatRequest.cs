namespace Mox.Smtp.Server.Commands;

/// <summary>BDAT as parsed.</summary>
internal readonly record struct BdatRequest(long SizeBytes, bool IsLast);
