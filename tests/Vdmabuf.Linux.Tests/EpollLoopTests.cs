using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Linux.Tests;

public sealed class EpollLoopTests
{
    [Fact]
    public void Run_continues_awaits_on_the_loop_thread()
    {
        using var loop = new EpollLoop();
        int outside = Environment.CurrentManagedThreadId, before = 0, after = 0;

        loop.Run(async () =>
        {
            before = Environment.CurrentManagedThreadId;
            await Task.Run(() => { });
            await Task.Yield();
            after = Environment.CurrentManagedThreadId;
        });

        Assert.Equal((outside, outside), (before, after));
    }

    [Fact]
    public void Run_throws_what_its_task_throws()
    {
        using var loop = new EpollLoop();
        Assert.Throws<InvalidDataException>(() => loop.Run(async () =>
        {
            await Task.Yield();
            throw new InvalidDataException();
        }));
    }

    [Fact]
    public void Post_from_another_thread_wakes_the_loop_in_order()
    {
        using var loop = new EpollLoop();
        var seen = new List<int>();
        var done = new TaskCompletionSource();

        loop.Run(() =>
        {
            new Thread(() =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    int n = i;
                    loop.Post(() => seen.Add(n));
                }
                loop.Post(done.SetResult);
            }).Start();
            return done.Task;
        });

        Assert.Equal(Enumerable.Range(0, 1000), seen);
    }

    [Fact]
    public void Watch_is_called_while_readable_and_not_after_dispose()
    {
        using var loop = new EpollLoop();
        (SafeFileHandle a, SafeFileHandle b) = UnixSockets.CreatePair();
        using SafeFileHandle ours = a, theirs = b;
        int calls = 0;
        var done = new TaskCompletionSource();
        IWatch watch = null!;
        watch = loop.Watch((int)ours.DangerousGetHandle(), PollEvents.Readable, _ =>
        {
            if (++calls != 3) return;
            watch.Dispose();
            loop.Post(() => loop.Post(done.SetResult));
        });
        UnixSockets.Send(theirs, "x"u8);   // never read: stays readable

        loop.Run(() => done.Task);

        Assert.Equal(3, calls);
    }

    [Fact]
    public void Registration_ended_by_an_earlier_handler_of_the_same_turn_is_not_called()
    {
        using var loop = new EpollLoop();
        var pairs = Enumerable.Range(0, 2).Select(_ => UnixSockets.CreatePair()).ToArray();
        int calls = 0;
        var watches = new IWatch[2];
        var done = new TaskCompletionSource();
        for (int i = 0; i < 2; i++)
        {
            watches[i] = loop.Watch((int)pairs[i].Ours.DangerousGetHandle(), PollEvents.Readable, _ =>
            {
                calls++;
                foreach (IWatch watch in watches) watch.Dispose();
                done.SetResult();
            });
            UnixSockets.Send(pairs[i].Theirs, "x"u8);
        }

        loop.Run(() => done.Task);

        Assert.Equal(1, calls);
        foreach ((SafeFileHandle ours, SafeFileHandle theirs) in pairs) { ours.Dispose(); theirs.Dispose(); }
    }

    [Fact]
    public void Timers_fire_once_in_order_of_their_due_times_and_never_early()
    {
        using var loop = new EpollLoop();
        var fired = new List<(string Name, long Late)>();
        var done = new TaskCompletionSource();
        long start = loop.NowMicroseconds;
        void Arm(string name, long after)
        {
            ITimer timer = loop.CreateTimer(() =>
            {
                fired.Add((name, loop.NowMicroseconds - (start + after)));
                if (fired.Count == 3) done.SetResult();
            });
            timer.ArmAt(start + after);
        }

        loop.Run(() =>
        {
            Arm("last", 30_000);
            Arm("first", 1_000);
            Arm("second", 15_000);
            return done.Task;
        });

        Assert.Equal(["first", "second", "last"], fired.Select(f => f.Name));
        Assert.All(fired, f => Assert.True(f.Late >= 0));
    }

    [Fact]
    public void Disarmed_timer_does_not_fire_and_a_later_one_still_does()
    {
        using var loop = new EpollLoop();
        bool wrong = false;
        var done = new TaskCompletionSource();
        loop.Run(() =>
        {
            ITimer never = loop.CreateTimer(() => wrong = true);
            never.ArmAt(loop.NowMicroseconds + 2_000);
            never.Disarm();
            loop.CreateTimer(done.SetResult).ArmAt(loop.NowMicroseconds + 10_000);
            return done.Task;
        });
        Assert.False(wrong);
    }

    [Fact]
    public void Steady_turns_allocate_nothing()
    {
        using var loop = new EpollLoop();
        (SafeFileHandle a, SafeFileHandle b) = UnixSockets.CreatePair();
        using SafeFileHandle ours = a, theirs = b;
        int rounds = 0;
        byte[] buffer = new byte[8];
        ITimer timer = loop.CreateTimer(() => { });
        loop.BeforeSleep(() => false);
        loop.Watch((int)ours.DangerousGetHandle(), PollEvents.Readable, _ =>
        {
            UnixSockets.Receive(ours, buffer);
            rounds++;
            timer.ArmAt(loop.NowMicroseconds + 1_000_000);
            UnixSockets.Send(theirs, "x"u8);
        });
        UnixSockets.Send(theirs, "x"u8);
        for (int i = 0; i < 2000; i++) loop.Turn();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++) loop.Turn();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.True(rounds >= 12_000);
    }

    [Fact]
    public void Watch_whose_fd_was_closed_by_its_owner_ends_quietly()
    {
        using var loop = new EpollLoop();
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSockets.CreatePair();
        using (theirs)
        {
            IWatch watch = loop.Watch((int)ours.DangerousGetHandle(), PollEvents.Readable, _ => { });
            ours.Dispose();

            watch.Dispose();

            bool turned = false;
            loop.Post(() => turned = true);
            loop.Turn();
            Assert.True(turned);
        }
    }

    [Fact]
    public void Watch_of_a_regular_file_says_so()
    {
        using var loop = new EpollLoop();
        string path = Path.GetTempFileName();
        using SafeFileHandle file = File.OpenHandle(path);
        LinuxException error = Assert.Throws<LinuxException>(() => loop.Watch((int)file.DangerousGetHandle(), PollEvents.Readable, _ => { }));
        File.Delete(path);
        Assert.Equal(1 /* EPERM */, error.Errno);
    }
}
