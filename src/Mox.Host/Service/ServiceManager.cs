using System.Net.Sockets;
using System.Text;

namespace Mox.Host.Service;

/// <summary>Tells systemd how the service is (sd_notify): datagrams to the socket that NOTIFY_SOCKET names. Does nothing where there is none.</summary>
/// <remarks>A message that cannot be sent is dropped: mail does not stop because a service manager does not listen.</remarks>
internal sealed partial class ServiceManager : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;
    private readonly ILogger<ServiceManager> _logger;

    /// <param name="notifySocket">A path, or with "@" before it an abstract name; null or empty for none.</param>
    /// <param name="logger">For a name that is no socket's.</param>
    public ServiceManager(string? notifySocket, ILogger<ServiceManager> logger)
    {
        _logger = logger;
        if (string.IsNullOrEmpty(notifySocket))
        {
            return;
        }

        try
        {
            // An abstract name begins with a zero in place of the "@".
            _address = new UnixDomainSocketEndPoint(notifySocket[0] == '@' ? '\0' + notifySocket[1..] : notifySocket);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        }
        catch (Exception e) when (e is ArgumentException or SocketException)
        {
            LogUnusable(_logger, notifySocket, e);
        }
    }

    /// <summary>Whether somebody listens.</summary>
    public bool IsThere => _socket is not null;

    /// <summary>Takes connections.</summary>
    public void Ready() => Send($"READY=1\nMAINPID={Environment.ProcessId}");

    /// <summary>Begins to stop.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>Is alive.</summary>
    public void Watchdog() => Send("WATCHDOG=1");

    /// <summary>Reads its configuration again; <see cref="Ready"/> ends that.</summary>
    /// <param name="monotonic">The clock that systemd compares with: time since boot, as CLOCK_MONOTONIC.</param>
    public void Reloading(TimeSpan monotonic) => Send($"RELOADING=1\nMONOTONIC_USEC={(long)monotonic.TotalMicroseconds}");

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(message), SocketFlags.None, _address!);
        }
        catch (SocketException e)
        {
            LogUnsent(_logger, message, e.SocketErrorCode);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "NOTIFY_SOCKET cannot be used socket={Socket}")]
    private static partial void LogUnusable(ILogger logger, string socket, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "service manager was not told message={Message} error={Error}")]
    private static partial void LogUnsent(ILogger logger, string message, SocketError error);
}
