using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>The command of the README, in a copy of the tree.</summary>
[Trait("Needs", "vm")]
public sealed class QuickstartTests
{
    [SkippableFact]
    public async Task Quickstart_without_a_screen_prints_the_path_of_a_picture_of_the_guest()
    {
        Needs.Path();
        using var folder = new TemporaryFolder();
        Copy(Path.Combine(Repository.Root, "packaging"), folder.File("packaging"));
        Copy(Path.Combine(Repository.Root, "tests", "lab"), folder.File("tests/lab"));
        var environment = new Dictionary<string, string?>
        {
            ["VDMABUF_PROGRAM"] = Repository.Program, ["WAYLAND_DISPLAY"] = null, ["WAYLAND_SOCKET"] = null,
        };
        await using CapturedProcess quickstart = CapturedProcess.Start(folder.File("packaging/quickstart"), ["--headless", "--no-build"], environment, folder.Path);

        Assert.Equal(0, await quickstart.WaitForExit(TimeSpan.FromMinutes(4)));

        string path = quickstart.Output.Split('\n').Last(line => line.StartsWith('/'));
        Assert.Equal(folder.File("artifacts/quickstart.png"), path);
        PixelImage picture = PixelImage.Load(path);
        Assert.Equal((1280, 800), (picture.Width, picture.Height));
        // The formula of the script's guest_picture, at a few places: it fills the upper half of the guest's screen.
        foreach ((int x, int y) in new[] { (0, 0), (1279, 0), (640, 200), (37, 311), (1279, 399), (801, 123) })
        {
            uint expected = Channel(120, 120, x * y / 90000.0 + 4) << 16 | Channel(110, 100, (x - y) / 230.0 + 1) << 8 | Channel(96, 95, (x + 2 * y) / 160.0);
            Assert.True(expected == picture[x, y], $"({x},{y}) is #{picture[x, y]:x6}, not #{expected:x6}");
        }
        // And a shell's words below.
        Assert.InRange(picture.Crop(new Region(0, 400, 1280, 400)).CountColours(), 2, 64);
    }

    private static uint Channel(double middle, double swing, double angle) => (uint)(middle + swing * Math.Sin(angle));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string folder in Directory.EnumerateDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (string file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
