using Mox.Config;

namespace Mox.Delivery.Tests;

public class LocalserveRecipientsTests
{
    private readonly LocalserveRecipients _recipients = new(
        new ConfiguredRecipients(LiveConfig.Fixed(DeliveryFixture.Config)), LiveConfig.Fixed(DeliveryFixture.Config));

    [Theory]
    [InlineData("anybody@anywhere.example", "alice", "Inbox")]
    [InlineData("nobody@here.example", "alice", "Inbox")]
    [InlineData("bob@here.example", "bob", "Lists/Work")]
    [InlineData("Postmaster", "alice", "Postmaster")]
    public void Resolve_Anything_HasAnAccount(string recipient, string account, string mailbox)
    {
        var resolution = Assert.IsType<Resolution.ToAccount>(_recipients.Resolve(DeliveryFixture.To(recipient)));
        Assert.Equal((account, mailbox), (resolution.Account.Name, resolution.Mailbox));
    }

    [Fact]
    public void Resolve_WhatIsConfiguredToRefuse_IsRefused()
    {
        Assert.IsType<Resolution.Refused>(_recipients.Resolve(DeliveryFixture.To("no@here.example")));
        Assert.IsType<Resolution.DisabledDomain>(_recipients.Resolve(DeliveryFixture.To("x@off.example")));
    }
}
