namespace Vdmabuf.Window.Shell;

/// <summary>What the compositor wants of a window.</summary>
/// <param name="Width">Logical width of the content, 0 where the client chooses.</param>
/// <param name="Height">Logical height, 0 where the client chooses.</param>
/// <param name="IsSizeFixed">Maximised, fullscreen or tiled: the size is an order, not a proposal.</param>
/// <param name="IsFullscreen">Covers an output.</param>
/// <param name="IsSuspended">Not visible at all: nothing shown would be seen.</param>
/// <param name="IsActivated">Has the look of the focused window.</param>
internal readonly record struct ShellState(int Width, int Height, bool IsSizeFixed, bool IsFullscreen, bool IsSuspended, bool IsActivated);

/// <summary>
/// The desktop's side of a window: xdg-shell itself, or libdecor where the compositor draws no frame. A state is
/// answered with <see cref="Acknowledge"/> in the same commit that shows it.
/// </summary>
internal interface IShellRole : IDisposable
{
    /// <summary>The compositor sent a state; the window answers with the next commit.</summary>
    event Action<ShellState>? Configured;

    /// <summary>The user asked to close the window.</summary>
    event Action? CloseRequested;

    void SetTitle(string title);

    void SetFullscreen(bool fullscreen);

    /// <summary>
    /// Answers the newest state, if one is open; the caller commits the surface next. <paramref name="width"/> and
    /// <paramref name="height"/> are the logical size that commit shows.
    /// </summary>
    void Acknowledge(int width, int height);
}
