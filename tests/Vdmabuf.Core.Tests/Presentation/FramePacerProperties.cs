using FsCheck.Xunit;
using Vdmabuf.Core.Presentation;

namespace Vdmabuf.Core.Tests.Presentation;

/// <summary>A source, a window and a compositor that do anything in any order, in virtual time.</summary>
public class FramePacerProperties
{
    [Property(MaxTest = 500)]
    public void Any_order_of_events_keeps_the_promises(int seed, byte length)
    {
        Simulation simulation = new(new Random(seed));

        for (int i = 0; i < length + 50; i++) simulation.Step();
        simulation.Settle();

        Assert.Equal(simulation.LastSerial, simulation.LastCommitted);
        Assert.Equal(simulation.LastSerial, simulation.LastDone);
        Assert.False(simulation.Decision.HasDeadline);
    }

    private sealed class Simulation(Random random)
    {
        private readonly FramePacer _pacer = new() { RefreshPeriod = random.Next(0, 60_000) };
        private readonly List<(ulong Serial, long Arrival)> _waiting = [];
        private long _now;
        private int _commitsSinceCallback;
        private bool _callbackAsked;
        private bool _visible = true;

        public ulong LastSerial { get; private set; }

        public ulong LastCommitted { get; private set; }

        public ulong LastDone { get; private set; }

        public PacerDecision Decision { get; private set; } = new(false, null, FramePacer.NoDeadline);

        public void Step()
        {
            Advance(_now + random.Next(0, 20_000));
            switch (random.Next(8))
            {
                case 0 or 1 or 2: Arrive(); break;
                case 3 or 4: CommitIfDue(); break;
                case 5 or 6: Callback(); break;
                default: SetVisible(random.Next(2) == 0); break;
            }
        }

        /// <summary>The window is shown and the compositor keeps calling back: everything must come to rest.</summary>
        public void Settle()
        {
            SetVisible(true);
            for (int i = 0; i < 4; i++)
            {
                CommitIfDue();
                Callback();
            }
        }

        private void Advance(long until)
        {
            while (Decision.Deadline <= until)
            {
                _now = Math.Max(_now, Decision.Deadline);
                Take(_pacer.DeadlineReached(_now));
                Assert.True(Decision.Deadline > _now, "a deadline that was reached stays armed: the loop would spin");
            }
            _now = until;
        }

        private void Arrive()
        {
            bool needsAck = random.Next(3) > 0;
            LastSerial++;
            if (needsAck) _waiting.Add((LastSerial, _now));
            Take(_pacer.FrameArrived(_now, LastSerial, needsAck));
        }

        private void CommitIfDue()
        {
            if (!Decision.CommitNow) return;
            bool ask = _pacer.WantsCallback;
            Assert.NotEqual(ask, _callbackAsked);
            _callbackAsked |= ask;
            _commitsSinceCallback++;
            Assert.True(_visible, "a hidden window committed");
            Assert.True(_commitsSinceCallback <= FramePacer.MaxCommitsAhead, $"{_commitsSinceCallback} commits ahead");
            LastCommitted = LastSerial;
            Take(_pacer.Committed(_now, ask));
        }

        private void Callback()
        {
            if (!_callbackAsked) return;
            _callbackAsked = false;
            _commitsSinceCallback = 0;
            Take(_pacer.FrameCallback(_now));
        }

        private void SetVisible(bool visible)
        {
            if (visible && !_visible) _commitsSinceCallback = Math.Min(_commitsSinceCallback, FramePacer.MaxCommitsAhead - 1);
            _visible = visible;
            Take(_pacer.VisibilityChanged(_now, visible));
        }

        private void Take(PacerDecision decision)
        {
            Decision = decision;
            if (decision.DoneSerial is { } done)
            {
                Assert.True(done > LastDone && done <= LastSerial, $"done went from {LastDone} to {done} of {LastSerial}");
                LastDone = done;
                _waiting.RemoveAll(frame => frame.Serial <= done);
            }
            foreach ((ulong serial, long arrival) in _waiting)
                Assert.True(_now - arrival < FramePacer.MaxAckDelay, $"frame {serial} waits for {_now - arrival} us");
            Assert.Equal(_waiting.Count > 0, decision.HasDeadline);
        }
    }
}
