using System.Reflection;
using System.Runtime.InteropServices;

namespace Mox.EmailAuth.Native;

/// <summary>The functions of OpenSSL that .NET does not pass on: Ed25519. .NET itself needs this library on Linux.</summary>
internal static partial class LibCrypto
{
    /// <summary>EVP_PKEY_ED25519.</summary>
    public const int Ed25519Type = 1087;

    private const string Library = "libcrypto";

    private static readonly string[] Names = OperatingSystem.IsMacOS()
        ? ["libcrypto.3.dylib", "libcrypto.dylib"]
        : OperatingSystem.IsWindows() ? ["libcrypto-3-x64.dll", "libcrypto-3.dll"] : ["libcrypto.so.3", "libcrypto.so.1.1"];

    static LibCrypto()
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle) && NativeLibrary.TryGetExport(handle, "EVP_DigestVerify", out _))
            {
                IsThere = true;
                NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (wanted, _, _) => wanted == Library ? handle : 0);
                return;
            }
        }
    }

    /// <summary>Whether the library was found.</summary>
    public static bool IsThere { get; }

    [LibraryImport(Library)]
    public static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    public static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_get_raw_public_key(nint key, Span<byte> raw, ref nuint length);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    public static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    public static partial int EVP_DigestVerify(nint context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Library)]
    public static partial int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    public static partial int EVP_DigestSign(nint context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> data, nuint length);
}
