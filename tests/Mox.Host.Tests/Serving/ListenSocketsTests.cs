using System.Net;
using System.Net.Sockets;
using Mox.Host.Serving;

namespace Mox.Host.Tests.Serving;

public class ListenSocketsTests
{
    [Fact]
    public void Bind_PortTaken_NamesServicePortAndOption()
    {
        using Socket first = ListenSockets.Bind(new IPEndPoint(IPAddress.Loopback, 0), "SMTP");
        first.Listen();
        var taken = (IPEndPoint)first.LocalEndPoint!;
        var e = Assert.Throws<UserErrorException>(() => ListenSockets.Bind(taken, "SMTP"));
        Assert.Equal($"SMTP port {taken} is taken by another program: stop that one, or change Port in Mox:Listeners (localserve: --port-offset N)", e.Message);
    }

    [Fact]
    public void Bind_AddressOfSomebodyElse_SaysSo()
    {
        var e = Assert.Throws<UserErrorException>(() => ListenSockets.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), "IMAP"));
        Assert.Contains("192.0.2.1 is not an address of this machine", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_AllAddressesOfBothFamilies_StandSideBySide()
    {
        if (!ListenSockets.HasIpv6Loopback())
        {
            return;
        }

        using Socket ipv6 = ListenSockets.Bind(new IPEndPoint(IPAddress.IPv6Any, 0), "SMTP");
        ipv6.Listen();
        using Socket ipv4 = ListenSockets.Bind(new IPEndPoint(IPAddress.Any, ((IPEndPoint)ipv6.LocalEndPoint!).Port), "SMTP");
        ipv4.Listen();
    }
}
