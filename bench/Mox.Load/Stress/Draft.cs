namespace Mox.Load.Stress;

/// <summary>A message to be appended.</summary>
/// <param name="Content">Its number.</param>
/// <param name="Flags">As APPEND wants them, without the parentheses.</param>
/// <param name="HasKeyword">Whether its maker's keyword is among them.</param>
/// <param name="Bytes">All of it.</param>
internal sealed record Draft(int Content, string Flags, bool HasKeyword, byte[] Bytes);
