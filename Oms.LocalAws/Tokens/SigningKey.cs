using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Oms.LocalAws.Tokens;

/// <summary>The RSA key of the development issuer; it lives in the state folder, so tokens outlive a restart.</summary>
internal sealed class SigningKey : IDisposable
{
    public const string FileName = "token-signing-key.pem";
    private readonly RSA _rsa;

    private SigningKey(RSA rsa)
    {
        _rsa = rsa;
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        Modulus = Base64Url.EncodeToString(parameters.Modulus);
        Exponent = Base64Url.EncodeToString(parameters.Exponent);
        KeyId = Base64Url.EncodeToString(SHA256.HashData(parameters.Modulus!).AsSpan(0, 12));
        // The library's cache of signers would outlive this key: the next host in this process, with the same key, got a disposed one.
        Credentials = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = KeyId }, SecurityAlgorithms.RsaSha256)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
    }

    public string KeyId { get; }

    public string Modulus { get; }

    public string Exponent { get; }

    public SigningCredentials Credentials { get; }

    public static SigningKey LoadOrCreate(string stateFolder)
    {
        Directory.CreateDirectory(stateFolder);
        var path = Path.Combine(stateFolder, FileName);
        var rsa = RSA.Create(2048);
        if (!File.Exists(path))
            WriteOnce(path, rsa.ExportPkcs8PrivateKeyPem());
        // Read back even when just made: another process may have been first.
        rsa.ImportFromPem(File.ReadAllText(path));
        return new SigningKey(rsa);
    }

    public void Dispose() => _rsa.Dispose();

    private static void WriteOnce(string path, string pem)
    {
        var unfinished = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(unfinished, options))
            writer.Write(pem);
        try
        {
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);
        }
    }
}
