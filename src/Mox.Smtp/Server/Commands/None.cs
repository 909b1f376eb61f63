namespace Mox.Smtp.Server.Commands;

/// <summary>The request of a command without arguments.</summary>
internal readonly record struct None;
