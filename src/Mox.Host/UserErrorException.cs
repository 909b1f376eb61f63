namespace Mox.Host;

/// <summary>Something that the operator can mend: the message says what is wrong and what to do, in one line; the program ends with exit code 1.</summary>
internal sealed class UserErrorException(string message, Exception? innerException = null) : Exception(message, innerException);
