namespace Vdmabuf.Tests.Support;

/// <summary>A private folder, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("vdm").FullName;

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A program that a shell interprets.</summary>
    internal string Script(string name, string body)
    {
        string path = File(name);
        System.IO.File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
