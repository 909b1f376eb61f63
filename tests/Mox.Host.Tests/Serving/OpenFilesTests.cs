using Mox.Host.Serving;

namespace Mox.Host.Tests.Serving;

public class OpenFilesTests
{
    [Theory]
    [InlineData("Max open files            256                  4096                 files     ", 256)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             5                    5                    processes ", null)]
    [InlineData("Max open files", null)]
    public void Parse_TakesTheSoftLimit(string line, int? expected) =>
        Assert.Equal(expected, OpenFiles.Parse(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    [Theory]
    [InlineData(null, int.MaxValue)]
    [InlineData(0, 16)]
    [InlineData(256, 16)]
    [InlineData(1024, 384)]
    [InlineData(1_048_576, 524_160)]
    public void Connections_LeaveRoomForTheRest(int? files, int expected) => Assert.Equal(expected, OpenFiles.Connections(files));

    [Fact]
    public void Limit_OnLinux_IsKnown() => Assert.Equal(OperatingSystem.IsLinux(), OpenFiles.Limit() is not null);
}
