using Mox.Net.Sasl;

namespace Mox.Net.Tests.Sasl;

public class LoginSessionsTests
{
    private readonly HashSet<string> _allowed = ["anna", "ben"];
    private readonly List<string> _ended = [];
    private readonly LoginSessions _sessions;

    public LoginSessionsTests() => _sessions = new LoginSessions(_allowed.Contains);

    [Fact]
    public void Review_AfterAChange_EndsThoseThatMayNotStay_Once()
    {
        Add("anna", "anna 1");
        Add("anna", "anna 2");
        Add("ben", "ben 1");
        Assert.Equal(0, _sessions.Review());
        _allowed.Remove("anna");
        Assert.Equal(2, _sessions.Review());
        Assert.Equal(["anna 1", "anna 2"], _ended.Order());
        Assert.Equal(0, _sessions.Review());
        _allowed.Clear();
        Assert.Equal(1, _sessions.Review());
        Assert.Equal(3, _ended.Count);
    }

    [Fact]
    public void Review_OfConnectionsThatEndedThemselves_DoesNothing()
    {
        IDisposable first = Add("anna", "anna 1");
        IDisposable second = Add("anna", "anna 2");
        first.Dispose();
        first.Dispose();
        _allowed.Clear();
        Assert.Equal(1, _sessions.Review());
        Assert.Equal(["anna 2"], _ended);
        second.Dispose();
    }

    [Fact]
    public void Add_OfAnAccountThatWentMeanwhile_EndsItAtOnce()
    {
        Add("carol", "carol 1").Dispose();
        Assert.Equal(["carol 1"], _ended);
        Assert.Equal(0, _sessions.Review());
    }

    private IDisposable Add(string account, string name) => _sessions.Add(account, () => _ended.Add(name));
}
