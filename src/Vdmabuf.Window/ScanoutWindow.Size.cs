using Vdmabuf.Core.Placement;
using Vdmabuf.Window.Shell;

namespace Vdmabuf.Window;

/// <content>The window's size: between what the compositor says and what the guest shows.</content>
internal sealed partial class ScanoutWindow
{
    private const int FallbackWidth = 1280, FallbackHeight = 800;

    private void OnConfigured(ShellState state)
    {
        if (IsDead) return;
        if (!_roleDecided)
        {
            _roleDecided = true;
            // Only now it is known whether a frame is needed at all: a fullscreen window has none.
            if (_session.Globals.Decorations is null && !state.IsFullscreen && _windows.Libdecor is { } libdecor)
            {
                _role.Dispose();
                _role = Adopt(new LibdecorRole(libdecor, _content.Root, _windows.AppId, _title));
                if (_windows.StartFullscreen) _role.SetFullscreen(true);
                return;
            }
        }
        bool wasSuspended = _state.IsSuspended;
        _state = state;
        _isConfigured = true;
        _stateOpen = true;
        Reconfigure();
        if (state.IsSuspended != wasSuspended) _presenter.SetVisible(!state.IsSuspended);
    }

    /// <summary>Computes the window's size from the compositor's wish and the guest's picture, and commits an answer.</summary>
    private void Reconfigure()
    {
        if (IsDead || !_isConfigured) return;
        (int pictureWidth, int pictureHeight) = _presenter.PictureSize;
        bool knowsPicture = pictureWidth > 0;
        if (_state is { Width: > 0, Height: > 0 })
        {
            (_width, _height) = (_state.Width, _state.Height);
            AskGuest();
        }
        else if (knowsPicture)
        {
            (_width, _height) = NaturalSize(pictureWidth, pictureHeight);
        }
        else
        {
            (_width, _height) = NaturalSize(FallbackWidth, FallbackHeight);
        }
        Place();
        _presenter.CommitState();
        _presenter.Continue();
        ShowPlaceholderIfEmpty();
    }

    private void OnPictureSizeChanged()
    {
        if (!_isConfigured) return;
        (int width, int height) = _presenter.PictureSize;
        // The guest chose its mode: a window that may have any size takes the picture's, unless the guest has just
        // done what the window asked for.
        if (!_state.IsSizeFixed && !IsAsked(width, height))
        {
            (_width, _height) = NaturalSize(width, height);
            // What the compositor proposed before is history: another scale must not bring it back.
            _state = _state with { Width = 0, Height = 0 };
        }
        Place();
    }

    private void Place()
    {
        (int width, int height) = _presenter.PictureSize;
        if (width == 0 || _width == 0) return;
        _presenter.Configure(_width, _height, ViewGeometry.Compute(width, height, _width, _height, _scale.Current, _settings.Scaling));
        if (!Pointer.IsAbsolute) ShowOverlay();
    }

    private bool IsAsked(int width, int height) =>
        _asked != default && Math.Abs(width - _asked.Width) <= ViewGeometry.SnapDistance && Math.Abs(height - _asked.Height) <= ViewGeometry.SnapDistance;

    private (int Width, int Height) NaturalSize(int width, int height) =>
        (Math.Max(1, _scale.Current.ToLogical(width)), Math.Max(1, _scale.Current.ToLogical(height)));

    private void AskGuest()
    {
        if (!_settings.GuestFollowsWindow) return;
        SizeRequest wanted = SizeRequest.For(_width, _height, _scale.Current, _scale.Output);
        if (_asked == (wanted.Width, wanted.Height)) return;
        _asked = (wanted.Width, wanted.Height);
        Source.RequestSize(wanted.Width, wanted.Height, wanted.WidthMillimetres, wanted.HeightMillimetres);
    }

    /// <summary>Part of the next commit of the window's surface; false where there is nothing to answer.</summary>
    private bool AnswerState()
    {
        if (!_stateOpen && _answered == (_width, _height)) return false;
        _stateOpen = false;
        _answered = (_width, _height);
        _role.Acknowledge(_width, _height);
        return true;
    }
}
