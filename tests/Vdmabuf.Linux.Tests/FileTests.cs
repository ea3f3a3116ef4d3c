using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.Linux.Tests;

public sealed class FileTests
{
    [Fact]
    public void Facts_of_a_memfd_give_size_kind_and_an_inode_that_a_duplicate_shares()
    {
        using SafeFileHandle first = MemFd.Create("one", 8192, FileSeals.Shrink);
        using SafeFileHandle other = MemFd.Create("two", 8192, FileSeals.None);
        using SafeFileHandle copy = FileDescriptors.Duplicate((int)first.DangerousGetHandle());

        FileFacts a = FileFacts.Of((int)first.DangerousGetHandle()), b = FileFacts.Of((int)copy.DangerousGetHandle());

        Assert.Equal(a, b);
        Assert.Equal((8192L, FileKind.SharedMemory), (a.Size, a.Kind));
        Assert.NotEqual(a.Inode, FileFacts.Of((int)other.DangerousGetHandle()).Inode);
        Assert.Equal(FileSeals.Shrink, MemFd.SealsOf((int)first.DangerousGetHandle()));
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/proc/self/status")]
    public void Facts_of_what_is_no_memory_say_other(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        Assert.Equal(FileKind.Other, FileFacts.Of((int)file.DangerousGetHandle()).Kind);
    }

    [Fact]
    public void Facts_of_a_closed_number_throw_with_the_number()
    {
        LinuxException error = Assert.Throws<LinuxException>(() => FileFacts.Of(987_654));
        Assert.Contains("987654", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_of_null_is_major_1_minor_3()
    {
        Assert.Equal(FileFacts.PackDevice(1, 3), FileFacts.DeviceNode("/dev/null"));
        Assert.Null(FileFacts.DeviceNode("/proc/self/status"));
        Assert.Null(FileFacts.DeviceNode("/does/not/exist"));
    }

    [Fact]
    public void Mapping_shares_the_memory_and_outlives_the_fd()
    {
        SafeFileHandle fd = MemFd.Create("map", 4096, FileSeals.Shrink);
        using MappedMemory writer = MappedMemory.Map(fd, 4096, writable: true);
        writer.Bytes[100] = 42;
        byte[] seen = new byte[1];
        RandomAccess.Read(fd, seen, 100);
        fd.Dispose();
        writer.Bytes[101] = 43;
        Assert.Equal((42, 43), (seen[0], writer.Bytes[101]));
    }

    [Fact]
    public void Dma_buf_access_to_a_memfd_is_refused()
    {
        using SafeFileHandle fd = MemFd.Create("no dma-buf", 4096, FileSeals.None);
        Assert.Throws<LinuxException>(() => { using DmaBufAccess access = DmaBufAccess.BeginRead(fd); });
    }

    [Fact]
    public void Sent_fd_arrives_and_nothing_leaks()
    {
        int before = FileDescriptors.CountOpen();
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSockets.CreatePair();
        using (SafeFileHandle fd = MemFd.Create("sent", 4096, FileSeals.None))
            Assert.Equal(2, UnixSockets.Send(ours, "hi"u8, fd));
        byte[] buffer = new byte[16];
        Assert.Equal(2, UnixSockets.Receive(theirs, buffer));
        Assert.Equal(-1, UnixSockets.Receive(theirs, buffer));
        ours.Dispose();
        Assert.Equal(0, UnixSockets.Receive(theirs, buffer));
        theirs.Dispose();
        Assert.Equal(before, FileDescriptors.CountOpen());
    }

    [Fact]
    public void Connect_to_nobody_and_to_an_impossible_path_name_the_path()
    {
        Assert.Contains("/nowhere/sock", Assert.Throws<LinuxException>(() => UnixSockets.Connect("/nowhere/sock")).Message, StringComparison.Ordinal);
        Assert.Contains("107", Assert.Throws<LinuxException>(() => UnixSockets.Connect("/" + new string('x', 200))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Peer_process_of_a_pair_is_this_one()
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSockets.CreatePair();
        using (ours) using (theirs) Assert.Equal(Environment.ProcessId, UnixSockets.PeerProcess(ours));
    }

    [Fact]
    public void Path_watch_tells_of_a_created_file()
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "sock");
        using var loop = new EpollLoop();
        var done = new TaskCompletionSource();
        using var watch = new PathWatch(loop, path, () => { if (File.Exists(path)) done.TrySetResult(); });
        loop.Run(async () =>
        {
            await Task.Yield();
            await File.WriteAllTextAsync(path, "");
            await done.Task;
        });
        Directory.Delete(folder, true);
    }
}
