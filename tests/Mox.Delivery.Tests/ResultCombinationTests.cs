using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery.Tests;

public class ResultCombinationTests
{
    [Theory]
    [InlineData("250 2.0.0", "250 2.0.0")]
    [InlineData("550 5.1.1", "550 5.1.1")]
    [InlineData("250 2.0.0", "250 2.0.0", "250 2.0.0")]
    [InlineData("550 5.1.1", "550 5.1.1", "550 5.1.1")]
    [InlineData("554 5.0.0", "550 5.1.1", "550 5.7.1")]
    [InlineData("452 4.2.2", "250 2.0.0", "452 4.2.2")]
    [InlineData("550 5.1.1", "550 5.1.1", "250 2.0.0")]
    [InlineData("451 4.0.0", "550 5.1.1", "452 4.2.2")]
    [InlineData("451 4.0.0", "250 2.0.0", "452 4.2.2", "451 4.3.0")]
    public void Combine_Results_GivesOneReply(string expected, params string[] results)
    {
        var reply = ResultCombination.Combine([.. results.Select(r =>
        {
            Assert.True(EnhancedStatus.TryParse(r.AsSpan(4), out var status));
            return new RecipientResult(DeliveryFixture.To("a@here.example"), new SmtpReply(int.Parse(r.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), status, "why"));
        })]);
        Assert.Equal(expected, reply.ToString()[..9]);
    }
}
