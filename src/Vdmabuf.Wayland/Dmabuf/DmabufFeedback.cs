using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Dmabuf;

/// <summary>
/// What a compositor can import, as one feedback object tells it. The pieces arrive one by one; what the properties
/// show is the last complete set, replaced as a whole.
/// </summary>
public sealed class DmabufFeedback : IDisposable
{
    private const int TrancheLimit = 256;

    private readonly ZwpLinuxDmabufFeedbackV1 _proxy;
    private readonly PendingFeedback _pending = new();
    private DmabufFormat[] _table = [];
    private HashSet<DmabufFormat> _all = [];
    private DmabufFeedbackException? _rejected;

    /// <summary>Listens to <paramref name="proxy"/>, which it owns from here on. Attach before events are dispatched.</summary>
    public DmabufFeedback(ZwpLinuxDmabufFeedbackV1 proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        _proxy = proxy;
        proxy.FormatTable += OnFormatTable;
        proxy.MainDevice += OnMainDevice;
        proxy.TrancheTargetDevice += OnTrancheTargetDevice;
        proxy.TrancheFlags += OnTrancheFlags;
        proxy.TrancheFormats += OnTrancheFormats;
        proxy.TrancheDone += OnTrancheDone;
        proxy.Done += OnDone;
    }

    /// <summary>A complete set took effect.</summary>
    public event Action? Changed;

    /// <summary>A set made no sense and was ignored; the properties show the last good one.</summary>
    public event Action<DmabufFeedbackException>? Rejected;

    /// <summary>Whether a complete set has arrived.</summary>
    public bool IsReady { get; private set; }

    /// <summary>The dev_t of the device the compositor usually works on; null before it is known.</summary>
    public ulong? MainDevice { get; private set; }

    /// <summary>The tranches, the preferred one first.</summary>
    public IReadOnlyList<DmabufTranche> Tranches { get; private set; } = [];

    /// <summary>Whether any tranche has the format with the modifier.</summary>
    public bool Supports(uint fourcc, ulong modifier) => _all.Contains(new DmabufFormat(fourcc, modifier));

    /// <summary>Destroys the feedback object. The last set stays readable.</summary>
    public void Dispose() => _proxy.Dispose();

    private void OnFormatTable(SafeFileHandle fd, uint size)
    {
        using (fd)
        {
            try
            {
                _pending.Table = DmabufFormatTable.Parse(fd, size);
            }
            catch (DmabufFeedbackException error)
            {
                _rejected ??= error;
            }
        }
    }

    private void OnMainDevice(ReadOnlySpan<byte> device) => _pending.MainDevice = ParseDevice(device, "main");

    private void OnTrancheTargetDevice(ReadOnlySpan<byte> device) => _pending.TargetDevice = ParseDevice(device, "target");

    private void OnTrancheFlags(ZwpLinuxDmabufFeedbackV1TrancheFlags flags) => _pending.Flags = flags;

    private void OnTrancheFormats(ReadOnlySpan<byte> indices)
    {
        if (indices.Length % sizeof(ushort) != 0)
            Reject($"a dma-buf tranche has {indices.Length} bytes of 16-bit indices");
        else if (_pending.Indices.Count + (indices.Length / sizeof(ushort)) > ushort.MaxValue + 1)
            Reject($"a dma-buf tranche has more than {ushort.MaxValue + 1} formats");
        else
            _pending.Indices.AddRange(MemoryMarshal.Cast<byte, ushort>(indices));
    }

    private void OnTrancheDone()
    {
        if (_pending.Tranches.Count == TrancheLimit) Reject($"dma-buf feedback has more than {TrancheLimit} tranches");
        else _pending.CloseTranche();
    }

    private void OnDone()
    {
        // A new table may come with any set, and tranches may precede it: indices are looked up only now.
        DmabufFormat[] table = _pending.Table ?? _table;
        DmabufTranche[]? tranches = _rejected is null ? Resolve(table) : null;
        ulong? mainDevice = _pending.MainDevice ?? MainDevice;
        DmabufFeedbackException? rejected = _rejected;
        _pending.Clear();
        _rejected = null;
        if (tranches is null)
        {
            Rejected?.Invoke(rejected ?? new DmabufFeedbackException("dma-buf feedback refers to formats outside its table"));
            return;
        }

        _table = table;
        MainDevice = mainDevice;
        Tranches = tranches;
        _all = [.. tranches.SelectMany(tranche => tranche.Formats)];
        IsReady = true;
        Changed?.Invoke();
    }

    private DmabufTranche[]? Resolve(DmabufFormat[] table)
    {
        var result = new DmabufTranche[_pending.Tranches.Count];
        for (int i = 0; i < result.Length; i++)
        {
            PendingTranche tranche = _pending.Tranches[i];
            var formats = new DmabufFormat[tranche.Indices.Length];
            for (int slot = 0; slot < formats.Length; slot++)
            {
                if (tranche.Indices[slot] >= table.Length) return null;
                formats[slot] = table[tranche.Indices[slot]];
            }

            result[i] = new DmabufTranche(tranche.TargetDevice, tranche.Flags, formats);
        }

        return result;
    }

    private ulong? ParseDevice(ReadOnlySpan<byte> device, string which)
    {
        if (device.Length == sizeof(ulong)) return MemoryMarshal.Read<ulong>(device);
        Reject($"the {which} device of dma-buf feedback has {device.Length} bytes, a dev_t has {sizeof(ulong)}");
        return null;
    }

    private void Reject(string message) => _rejected ??= new DmabufFeedbackException(message);
}
