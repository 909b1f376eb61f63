using Mox.Addresses;
using Mox.Smtp;

namespace Mox.Delivery.Tests;

public sealed class ErrorSimulatingMailTests : IDisposable
{
    private readonly DeliveryFixture _delivery = new();
    private readonly ErrorSimulatingMail _mail;

    public ErrorSimulatingMailTests() => _mail = new ErrorSimulatingMail(_delivery.Mail, _delivery.Time);

    public void Dispose() => _delivery.Dispose();

    [Theory]
    [InlineData("temperror", 451, "Data")]
    [InlineData("x-permerror", 550, "Data")]
    [InlineData("timeout", 0, "Data")]
    [InlineData("x421", 421, "Data")]
    [InlineData("599", 599, "Data")]
    [InlineData("mailfromtemperror", 451, "Mail")]
    [InlineData("rcptto-554", 554, "Rcpt")]
    [InlineData("rcpttotimeout", 0, "Rcpt")]
    public void Of_SpecialLocalPart_IsRead(string localPart, int code, string command)
    {
        var error = SimulatedError.Of(LocalPart.Parse(localPart))!;
        Assert.Equal(code, error.Reply?.Code ?? 0);
        Assert.Equal(command, error.Command.ToString());
    }

    [Theory]
    [InlineData("mox")]
    [InlineData("x250")]
    [InlineData("x600")]
    [InlineData("1451")]
    [InlineData("x45")]
    [InlineData("451x")]
    [InlineData("permerrors")]
    public void Of_OtherLocalPart_IsNothing(string localPart) => Assert.Null(SimulatedError.Of(LocalPart.Parse(localPart)));

    [Fact]
    public async Task Errors_HappenAtTheirCommand()
    {
        var refused = await Assert.ThrowsAsync<SmtpReplyException>(
            async () => await _mail.BeginAsync(DeliveryFixture.Peer, DeliveryFixture.From("mailfrompermerror@there.example"), default));
        Assert.Equal(550, refused.Reply.Code);
        Assert.Equal(451, (await _delivery.RcptAsync("rcptto451@here.example", mail: _mail)).Code);
        Assert.Equal(250, (await _delivery.RcptAsync("451@here.example", mail: _mail)).Code);
        Assert.Equal(451, (await _delivery.SendContentAsync("x", _mail, "temperror@anywhere.example")).Reply.Code);
        Assert.Equal(550, (await _delivery.SendContentAsync("x", _mail, "alice@here.example", "permerror@here.example")).Reply.Code);
        Assert.Equal(["alice"], _delivery.Store.Accounts);
        Assert.Equal(250, (await _delivery.SendContentAsync("x", _mail, "bob@here.example")).Reply.Code);
    }

    [Fact]
    public async Task SimulatedError_IsNotHeldAgainstTheClient()
    {
        Assert.False((await _delivery.SendContentAsync("x", _mail, "permerror@here.example")).IsHeldAgainstClient);
        Assert.False((await _delivery.SendContentAsync("x", _mail, "alice@here.example", "permerror@here.example")).IsHeldAgainstClient);
        Assert.True((await _delivery.SendContentAsync("x", _mail, "nobody@here.example", "permerror@here.example")).IsHeldAgainstClient);
    }

    [Fact]
    public async Task Timeout_IsAnHourOfSilence_ThatEndsWithTheConnection()
    {
        var sending = _delivery.SendContentAsync("x", _mail, "timeout@here.example");
        await _delivery.Time.WaitForTimersAsync(1);
        _delivery.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(sending.IsCompleted);
        _delivery.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(451, (await sending).Reply.Code);

        using var closed = new CancellationTokenSource();
        await using var transaction = await _mail.BeginAsync(DeliveryFixture.Peer, DeliveryFixture.From("a@there.example"), default);
        var answer = transaction.AddRecipientAsync(new RecipientRequest(DeliveryFixture.To("rcpttotimeout@here.example")), closed.Token).AsTask();
        await closed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }
}
