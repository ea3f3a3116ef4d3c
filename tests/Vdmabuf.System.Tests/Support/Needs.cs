using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>Skips a test where the machine lacks what it needs; in CI such a skip counts as a failure.</summary>
internal static class Needs
{
    public static void Path()
    {
        Program();
        Skip.If(LabAssets.GuestMissing is not null, LabAssets.GuestMissing);
        Skip.If(LabAssets.WestonMissing is not null, LabAssets.WestonMissing);
    }

    public static void Program() => Skip.If(LabAssets.ProgramMissing is not null, LabAssets.ProgramMissing);

    public static void Root() => Skip.If(LabAssets.RootMissing is not null, LabAssets.RootMissing);
}
