using Mox.Addresses;
using Mox.Dns;
using Mox.Smtp;

namespace Mox.Delivery.Tests.Senders;

public sealed class ReturnAddressTests : IDisposable
{
    private readonly DeliveryFixture _delivery = new();

    public ReturnAddressTests() => _delivery.Dns
        .Mx("null.example", 0, ".")
        .Address("host.example", "2001:db8::7")
        .Cname("alias.example", "host.example")
        .Txt("empty.example", "nothing here")
        .Timeout("silent.example")
        .Bogus("bogus.example");

    public void Dispose() => _delivery.Dispose();

    [Theory]
    [InlineData("a@there.example", null)]
    [InlineData("a@host.example", null)]
    [InlineData("a@alias.example", null)]
    [InlineData("", null)]
    // Ours takes mail here, whether DNS knows it or not.
    [InlineData("stranger@here.example", null)]
    [InlineData("a@null.example", "550 5.7.27")]
    [InlineData("a@empty.example", "550 5.7.27")]
    [InlineData("a@nowhere.example", "550 5.7.27")]
    [InlineData("a@silent.example", "451 4.4.0")]
    [InlineData("a@bogus.example", "451 4.4.0")]
    public async Task MailFrom_OfADomain_IsTakenWhereItCouldBeAnswered(string from, string? expected)
    {
        Assert.Equal(expected, (await BeginAsync(from))?.ToString()[..expected!.Length]);
        Assert.Equal(expected is null ? 0 : 1, _delivery.Metrics.Sum("mox.delivery.senders.refused"));
    }

    [Theory]
    [InlineData("client.example", null)]
    [InlineData("host.example", null)]
    [InlineData("silent.example", null)]
    [InlineData("nowhere.example", "550 5.5.0")]
    public async Task Helo_ByAName_MustHaveAnAddress(string hello, string? expected)
    {
        var peer = DeliveryFixture.Peer with { IsExtended = false, Hello = new SmtpHost(Domain.Parse(hello)) };
        Assert.Equal(expected, (await BeginAsync("a@there.example", peer))?.ToString()[..expected!.Length]);
        Assert.Null(await BeginAsync("a@there.example", peer with { IsExtended = true }));
    }

    [Fact]
    public async Task DnsThatComesBack_IsTakenAtOnce()
    {
        Assert.NotNull(await BeginAsync("a@silent.example"));
        _delivery.Dns.Forget("silent.example").Mx("silent.example", 1, "mx.silent.example");
        Assert.Null(await BeginAsync("a@silent.example"));
        Assert.Contains((DnsName.Parse("silent.example"), "MX"), _delivery.Dns.Questions);
    }

    private async Task<SmtpReply?> BeginAsync(string from, Mox.Smtp.Server.SmtpPeer? peer = null)
    {
        try
        {
            await using var transaction = await _delivery.Mail.BeginAsync(peer ?? DeliveryFixture.Peer, DeliveryFixture.From(from), default);
            return null;
        }
        catch (SmtpReplyException e)
        {
            return e.Reply;
        }
    }
}
