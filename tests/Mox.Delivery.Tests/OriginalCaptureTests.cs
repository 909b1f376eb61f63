using System.Text;

namespace Mox.Delivery.Tests;

public class OriginalCaptureTests
{
    [Theory]
    [InlineData("Subject: x\r\nTo: y\r\n\r\nbody\r\n\r\nmore\r\n", "Subject: x\r\nTo: y\r\n\r\n")]
    [InlineData("Subject: x\n\nbody\n", "Subject: x\n\n")]
    [InlineData("Subject: x\r\n\nbody", "Subject: x\r\n\n")]
    [InlineData("\r\nbody", "\r\n")]
    [InlineData("\nbody", "\n")]
    [InlineData("Subject: x\r\n", "Subject: x\r\n")]
    [InlineData("Subject: x\r\r\nstill\r\n\r\nbody", "Subject: x\r\r\nstill\r\n\r\n")]
    [InlineData("", "")]
    public void Header_HoweverItIsSplit_EndsWithTheEmptyLine(string message, string header)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(message);
        for (int i = 0; i <= bytes.Length; i++)
        {
            var (part, whole) = (new OriginalCapture(wantsWhole: false), new OriginalCapture(wantsWhole: true));
            foreach (var capture in new[] { part, whole })
            {
                capture.Write(bytes.AsSpan(0, i));
                capture.Write(bytes.AsSpan(i));
                Assert.Equal(header, Encoding.ASCII.GetString(capture.Header.Span));
            }
            Assert.Null(part.Whole);
            Assert.Equal(message, Encoding.ASCII.GetString(whole.Whole!.Value.Span));
        }
    }

    [Fact]
    public void Whole_OverTheLimit_IsTheHeader()
    {
        var capture = new OriginalCapture(wantsWhole: true);
        capture.Write("Subject: x\r\n\r\n"u8);
        capture.Write(new byte[OriginalCapture.MaxWholeBytes - 14]);
        Assert.Equal(OriginalCapture.MaxWholeBytes, capture.Whole!.Value.Length);
        capture.Write("y"u8);
        Assert.Null(capture.Whole);
        Assert.Equal(14, capture.Header.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Header_WithoutEnd_IsCut(bool wantsWhole)
    {
        var capture = new OriginalCapture(wantsWhole);
        byte[] line = Encoding.ASCII.GetBytes(new string('x', 998) + "\r\n");
        for (int i = 0; i < 400; i++)
        {
            capture.Write(line);
        }
        Assert.Equal(OriginalCapture.MaxHeaderBytes, capture.Header.Length);
        Assert.Null(capture.Whole);
    }
}
