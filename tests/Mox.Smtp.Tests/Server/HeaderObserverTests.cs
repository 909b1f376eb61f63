using System.Text;
using Mox.Smtp.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Server;

public class HeaderObserverTests
{
    [Theory]
    [InlineData("", 0, null)]
    [InlineData("\r\nReceived: x\r\n", 0, null)]
    [InlineData("Received: x\r\nreceived:y\nRECEIVED \t: z\r\n\r\nReceived: body", 3, null)]
    [InlineData("X-Received: x\r\nReceived-SPF: y\r\nReceived\r\nReceive: z\r\n", 0, null)]
    [InlineData("Subject: x\r\n Received: folded\r\n\tReceived: folded\r\nReceived:\r\n", 1, null)]
    [InlineData("Message-ID: <a@b>\r\nMessage-Id: <c@d>\r\n", 0, "<a@b>")]
    [InlineData("message-id :\r\n\t<a\u001b@b>\r\n\r\n", 0, "<a?@b>")]
    [InlineData("Message-ID: <a@b>\n\nMessage-ID: <c@d>", 0, "<a@b>")]
    public void Observe_HoweverSplit_SeesTheSame(string text, int received, string? messageId)
    {
        foreach (var pieces in SplitEverywhere.Of(text))
        {
            var observer = new HeaderObserver();
            foreach (var piece in pieces)
            {
                observer.Observe(piece.Span);
            }
            Assert.Equal(received, observer.ReceivedCount);
            Assert.Equal(messageId, observer.MessageId);
        }
    }

    [Theory]
    [InlineData("Subject: x\r\n\r\nx", false, false)]
    [InlineData("Subject: ü\r\n\r\nx", true, true)]
    [InlineData("Sübject: x\r\n\r\nx", true, true)]
    [InlineData("Subject: x\r\n\r\nü", true, false)]
    public void Observe_8Bit_IsToldByPlace(string text, bool has8Bit, bool hasUtf8Header)
    {
        foreach (var pieces in SplitEverywhere.Of(Encoding.UTF8.GetBytes(text)))
        {
            var observer = new HeaderObserver();
            foreach (var piece in pieces)
            {
                observer.Observe(piece.Span);
            }
            Assert.Equal((has8Bit, hasUtf8Header), (observer.Has8Bit, observer.HasUtf8Header));
        }
    }

    [Fact]
    public void Observe_EndlessMessageId_IsCut()
    {
        var observer = new HeaderObserver();
        observer.Observe("Message-ID: "u8);
        for (int i = 0; i < 1000; i++)
        {
            observer.Observe("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"u8);
        }
        Assert.Equal(249, observer.MessageId!.Length);
    }
}
