using System.Diagnostics.CodeAnalysis;

namespace Mox.Dns.Wire;

/// <summary>Reads the data of one record; false when it is not what its type says.</summary>
internal delegate bool RdataParser<T>(ref RdataReader rdata, [MaybeNullWhen(false)] out T value);
