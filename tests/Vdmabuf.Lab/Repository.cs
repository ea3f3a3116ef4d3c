namespace Vdmabuf.Lab;

/// <summary>Where things are in the clone that the running tests were built from.</summary>
public static class Repository
{
    /// <summary>The clone's top folder, found by Vdmabuf.sln above the test assembly.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where failed tests leave pictures and logs; created on first use, ignored by git.</summary>
    public static string Artifacts => Directory.CreateDirectory(Path.Combine(Root, "artifacts")).FullName;

    /// <summary>The built program, or null when src/Vdmabuf has not been built in Release yet.</summary>
    public static string? Program
    {
        get
        {
            var output = Path.Combine(Root, "src", "Vdmabuf", "bin", "Release", "net10.0");
            if (!Directory.Exists(output))
                return null;
            return Directory.EnumerateFiles(output, "vdmabuf", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/publish/", StringComparison.Ordinal))
                .OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault();
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Vdmabuf.sln")))
                return folder.FullName;
        throw new LabException($"No Vdmabuf.sln above {AppContext.BaseDirectory}: run the tests from a clone.");
    }
}
