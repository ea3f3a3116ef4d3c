namespace Vdmabuf.Lab;

/// <summary>A folder under /tmp with a short name (socket paths end at 107 bytes), for this user only, removed on dispose.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vdl").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A peer that is being killed may still write here; /tmp is emptied by the system.
        }
    }
}
