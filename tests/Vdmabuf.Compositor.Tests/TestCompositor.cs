namespace Vdmabuf.Compositor.Tests;

/// <summary>A compositor under test, connected to one raw client.</summary>
internal static class TestCompositor
{
    public static ScriptedCompositor Start(CompositorOptions? options = null) =>
        new((options ?? new CompositorOptions()) with { DefaultTimeout = TimeSpan.FromSeconds(20) });

    public static async Task<RawClient> ConnectAsync(ScriptedCompositor compositor) =>
        new(await compositor.TakeClientFdAsync(), compositor.Protocols);
}
