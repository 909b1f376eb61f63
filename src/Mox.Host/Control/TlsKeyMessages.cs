using System.Text.Json.Serialization;
using Mox.Store;

namespace Mox.Host.Control;

/// <summary>A key to register: the PEM text of a certificate or public key, the address that it logs in, and whether it does so on IMAP unasked.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TlsKeyAddition(string LoginAddress, string Name, string Pem, bool ImapPreauth);

/// <summary>A key that opens nothing any more.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TlsKeyRemoval(string Fingerprint);

/// <summary>Registered keys.</summary>
internal sealed record TlsKeyList(IReadOnlyList<TlsPublicKey> Keys);
