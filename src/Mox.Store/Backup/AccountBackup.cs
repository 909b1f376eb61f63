namespace Mox.Store;

/// <summary>What was backed up of one account.</summary>
/// <param name="Account">Its name.</param>
/// <param name="Messages">Message files in the backup.</param>
/// <param name="SizeBytes">Their size.</param>
/// <param name="IsCopied">Whether files had to be copied, since the backup is on another file system; else they are hard links.</param>
/// <param name="Problems">What is missing, and why; empty when the account is whole.</param>
public sealed record AccountBackup(string Account, long Messages, long SizeBytes, bool IsCopied, IReadOnlyList<string> Problems);
