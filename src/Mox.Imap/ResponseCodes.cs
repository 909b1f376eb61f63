namespace Mox.Imap;

/// <summary>Response codes that more than one command sends (RFC 3501 section 7.1, RFC 5530 section 3).</summary>
internal static class ResponseCodes
{
    public const string AlreadyExists = "ALREADYEXISTS";
    public const string AuthenticationFailed = "AUTHENTICATIONFAILED";
    public const string AuthorizationFailed = "AUTHORIZATIONFAILED";
    public const string BadCharset = "BADCHARSET (US-ASCII UTF-8)";
    public const string Cannot = "CANNOT";
    public const string Closed = "CLOSED";
    public const string CompressionActive = "COMPRESSIONACTIVE";
    public const string ExpungeIssued = "EXPUNGEISSUED";
    public const string HasChildren = "HASCHILDREN";
    public const string Limit = "LIMIT";
    public const string NonExistent = "NONEXISTENT";
    public const string NoPerm = "NOPERM";
    public const string OverQuota = "OVERQUOTA";
    public const string PrivacyRequired = "PRIVACYREQUIRED";
    public const string ServerBug = "SERVERBUG";
    public const string TooBig = "TOOBIG";
    public const string TryCreate = "TRYCREATE";
    public const string UidRequired = "UIDREQUIRED";
    public const string Unavailable = "UNAVAILABLE";
    public const string UnknownCte = "UNKNOWN-CTE";
    public const string UseAttr = "USEATTR";
}
