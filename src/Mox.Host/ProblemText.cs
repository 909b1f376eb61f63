using Mox.Config;

namespace Mox.Host;

/// <summary>What the operator is told of an exception: a line, or several for a configuration.</summary>
internal static class ProblemText
{
    /// <summary>Its problems, a line each.</summary>
    public static string Of(Exception e) => e is ConfigException config ? string.Join('\n', config.Problems) : e.Message;
}
