using System.Runtime.InteropServices;
using Vdmabuf.Core.Loop;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <content>Registrations: a slot each, known to the kernel by slot and generation.</content>
public sealed partial class EpollLoop
{
    private const int Add = 1, Delete = 2, Modify = 3;
    private const int NotThere = 2, BadDescriptor = 9;

    /// <inheritdoc/>
    public IWatch Watch(int fd, PollEvents interest, Action<PollEvents> ready)
    {
        ArgumentNullException.ThrowIfNull(ready);
        int slot = Array.IndexOf(_registrations, null);
        if (slot < 0)
        {
            slot = _registrations.Length;
            Array.Resize(ref _registrations, slot * 2);
        }
        var registration = new Registration(this, fd, ready, ((ulong)++_generation << 32) | (uint)slot, interest);
        Control(Add, fd, interest, registration.Token);
        _registrations[slot] = registration;
        return registration;
    }

    private unsafe void Control(int operation, int fd, PollEvents interest, ulong token)
    {
        byte* entry = stackalloc byte[16];
        Marshal.WriteInt32((nint)entry, (int)interest);
        Marshal.WriteInt64((nint)(entry + DataOffset), (long)token);
        // SAFETY: entry is a whole epoll_event of this architecture.
        if (NativeMethods.EpollControl((int)_epoll.DangerousGetHandle(), operation, fd, entry) != 0)
            throw LinuxException.Last($"epoll_ctl of fd {fd}");
    }

    /// <summary>An fd whose owner has closed it already (libraries do, on errors) is gone from the set without us.</summary>
    private unsafe void Forget(int fd)
    {
        byte* unused = stackalloc byte[16];
        // SAFETY: the kernel reads nothing of the event for a removal; before Linux 2.6.9 it wanted a valid address.
        if (NativeMethods.EpollControl((int)_epoll.DangerousGetHandle(), Delete, fd, unused) == 0) return;
        LinuxException error = LinuxException.Last($"epoll_ctl of fd {fd}");
        if (error.Errno is not (BadDescriptor or NotThere)) throw error;
    }

    private sealed class Registration(EpollLoop loop, int fd, Action<PollEvents> ready, ulong token, PollEvents interest) : IWatch
    {
        private PollEvents _interest = interest;
        private bool _ended;

        public ulong Token => token;

        public PollEvents Interest
        {
            get => _interest;
            set
            {
                if (_ended || value == _interest) return;
                _interest = value;
                loop.Control(Modify, fd, value, token);
            }
        }

        public void Ready(PollEvents events) => ready(events);

        public void Dispose()
        {
            if (_ended) return;
            _ended = true;
            loop._registrations[(int)(token & 0xffff_ffff)] = null;
            if (!loop._epoll.IsClosed) loop.Forget(fd);
        }
    }
}
