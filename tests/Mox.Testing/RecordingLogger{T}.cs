using Microsoft.Extensions.Logging;

namespace Mox.Testing;

/// <summary>A <see cref="RecordingLogger"/> for a constructor that wants a typed one.</summary>
public sealed class RecordingLogger<T>(RecordingLoggerProvider? provider = null) : RecordingLogger(provider, typeof(T).FullName!), ILogger<T>;
