using System.Collections.Immutable;

namespace Mox.Config;

/// <summary>A configuration that cannot be used, with everything that is wrong with it.</summary>
public sealed class ConfigException(ImmutableArray<ConfigProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>All problems, in the order of the files.</summary>
    public ImmutableArray<ConfigProblem> Problems { get; } = problems;
}
