using System.Text.Json.Serialization;

namespace Mox.Store;

/// <summary>A row of the table DmarcEvaluations.</summary>
internal sealed class DmarcEvaluationRow
{
    public long Id { get; set; }

    public string PolicyDomain { get; set; } = "";

    public long EvaluatedAt { get; set; }

    public bool IsOptional { get; set; }

    public string Details { get; set; } = "";
}

/// <summary>The JSON of the column Details.</summary>
[JsonSerializable(typeof(DmarcEvaluationDetails))]
internal sealed partial class DmarcEvaluationJson : JsonSerializerContext;
