using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mox.Host.Service;
using Mox.Testing;

namespace Mox.Host.Tests.Service;

public class ServiceNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Host_WithWatchdog_TellsItsLife(bool isAbstract)
    {
        if (isAbstract && !OperatingSystem.IsLinux())
        {
            return;
        }

        using var directory = new TempDirectory();
        string name = isAbstract ? "@" + directory["notify"] : directory["notify"];
        using Socket socket = Listen(name);
        var time = new ManualTimeProvider();
        using IHost host = Build(name, TimeSpan.FromSeconds(30), time);
        await host.StartAsync();
        Assert.Equal($"READY=1\nMAINPID={Environment.ProcessId}", await ReceiveAsync(socket));
        Assert.Equal("WATCHDOG=1", await ReceiveAsync(socket));
        await time.WaitForTimersAsync(1);
        time.Advance(TimeSpan.FromSeconds(14));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("WATCHDOG=1", await ReceiveAsync(socket));
        Assert.Equal(0, socket.Available);
        host.Services.GetRequiredService<ServiceManager>().Reloading(TimeSpan.FromSeconds(2));
        Assert.Equal("RELOADING=1\nMONOTONIC_USEC=2000000", await ReceiveAsync(socket));
        await host.StopAsync();
        Assert.Equal("STOPPING=1", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Host_WithoutWatchdog_SaysReadyAndStopping()
    {
        using var directory = new TempDirectory();
        using Socket socket = Listen(directory["notify"]);
        var time = new ManualTimeProvider();
        using IHost host = Build(directory["notify"], null, time);
        await host.StartAsync();
        Assert.StartsWith("READY=1\n", await ReceiveAsync(socket), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromHours(1));
        await host.StopAsync();
        Assert.Equal("STOPPING=1", await ReceiveAsync(socket));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nonexistent/notify")]
    [InlineData("/a/path/that/is/longer/than/any/socket/may/be/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Host_NobodyListens_RunsAllTheSame(string? name)
    {
        using IHost host = Build(name, TimeSpan.FromSeconds(30), new ManualTimeProvider());
        await host.StartAsync();
        await host.StopAsync();
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", "", null)]
    [InlineData("0", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("x", null, null)]
    [InlineData("99999999999999999999", null, null)]
    [InlineData("9223372036854775807", null, null)]
    [InlineData("30000000", "1", null)]
    [InlineData("30000000", null, 30)]
    [InlineData("30000000", "self", 30)]
    public void Watchdog_OfEnvironment_IsThePeriod(string? microseconds, string? process, int? seconds)
    {
        string? id = process == "self" ? $"{Environment.ProcessId}" : process;
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, ServiceNotifier.WatchdogOf(microseconds, id));
    }

    private static IHost Build(string? socket, TimeSpan? watchdog, TimeProvider time)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.Services.AddServiceNotifier(socket, watchdog);
        return builder.Build();
    }

    private static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? '\0' + name[1..] : name));
        return socket;
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[4096];
        int length = await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
