using System.Collections.Concurrent;

namespace Mox.Testing;

/// <summary>Strikes at one of the steps that code under test says it reaches: by its number, or whenever it has a name.</summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private Action? _strike;
    private int _at;
    private string? _named;

    /// <summary>Directories that were flushed, armed or not.</summary>
    public ConcurrentBag<string> FlushedDirectories { get; } = [];

    /// <summary>Steps since it was armed.</summary>
    public int Count { get; private set; }

    /// <summary>The step that was struck last.</summary>
    public string Step { get; private set; } = "";

    /// <summary>Strikes once, at the step of that number from now.</summary>
    public void Arm(int at, Action strike) => Arm(at, null, strike);

    /// <summary>Strikes at each step of that name.</summary>
    public void Arm(string step, Action strike) => Arm(0, step, strike);

    public void Disarm()
    {
        lock (_gate)
        {
            _strike = null;
        }
    }

    public void Reach(string step)
    {
        lock (_gate)
        {
            if (_strike is not null && (++Count == _at || step == _named))
            {
                Step = step;
                _strike();
            }
        }
    }

    private void Arm(int at, string? named, Action strike)
    {
        lock (_gate)
        {
            (_at, _named, _strike, Count, Step) = (at, named, strike, 0, "");
        }
    }
}
