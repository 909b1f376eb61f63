namespace Mox.Mime;

/// <summary>What is wrong with a message, and where; collected in strict mode.</summary>
/// <param name="Offset">Byte offset in the message.</param>
/// <param name="Message">What was expected, in one sentence without a period.</param>
public readonly record struct MimeProblem(long Offset, string Message);
