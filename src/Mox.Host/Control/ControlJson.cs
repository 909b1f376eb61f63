using System.Text.Json.Serialization;
using Mox.Host.Logging;
using Mox.Host.Operations;

namespace Mox.Host.Control;

/// <summary>The JSON of the control socket and of <c>--json</c>.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ServerVersion))]
[JsonSerializable(typeof(LogLevelTable))]
[JsonSerializable(typeof(LogLevelChange))]
[JsonSerializable(typeof(BackupRequest))]
[JsonSerializable(typeof(BackupLine))]
[JsonSerializable(typeof(AccountRequest))]
[JsonSerializable(typeof(AccountAddition))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(AccountDisabling))]
[JsonSerializable(typeof(AddressAddition))]
[JsonSerializable(typeof(AddressRequest))]
[JsonSerializable(typeof(AliasMembers))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(DomainRequest))]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(OperationDone))]
[JsonSerializable(typeof(IReadOnlyList<AccountLine>))]
[JsonSerializable(typeof(IReadOnlyList<AddressLine>))]
[JsonSerializable(typeof(IReadOnlyList<AliasMembers>))]
[JsonSerializable(typeof(IReadOnlyList<DomainLine>))]
[JsonSerializable(typeof(TlsKeyAddition))]
[JsonSerializable(typeof(TlsKeyRemoval))]
[JsonSerializable(typeof(TlsKeyList))]
[JsonSerializable(typeof(QueueRequest))]
[JsonSerializable(typeof(QueueListRequest))]
[JsonSerializable(typeof(QueueLines))]
[JsonSerializable(typeof(QueueScheduling))]
[JsonSerializable(typeof(QueueChanged))]
[JsonSerializable(typeof(QueueContentAt))]
[JsonSerializable(typeof(QueueContentPiece))]
[JsonSerializable(typeof(HoldRuleRequest))]
[JsonSerializable(typeof(HoldRuleLine))]
[JsonSerializable(typeof(IReadOnlyList<HoldRuleLine>))]
internal sealed partial class ControlJson : JsonSerializerContext;
