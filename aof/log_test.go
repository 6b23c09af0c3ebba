package aof_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/aof/memfs"
	"github.com/miniredisd/miniredisd/oplog"
)

// open opens the log of a file system; its seconds pass only when the test sends
// to the channel, twice for one whole second to be over.
func open(t *testing.T, f *memfs.FS, p aof.Policy) (*aof.Log, chan time.Time) {
	t.Helper()
	tick := make(chan time.Time)
	l, err := aof.Open(aof.Options{Dir: dir, FS: f, Policy: p, Tick: tick})
	require.NoError(t, err)
	return l, tick
}

// second lets one second's work begin and end.
func second(tick chan time.Time) {
	tick <- time.Time{}
	tick <- time.Time{}
}

// failing fails one kind of operation on the incr file with err.
func failing(op memfs.Op, allow int, err error) memfs.Fault {
	return func(got memfs.Op, name string, _ int) (int, error) {
		if got == op && name == incrF {
			return allow, err
		}
		return 0, nil
	}
}

func TestOpenFresh(t *testing.T) {
	f := memfs.New(dir)
	l, _ := open(t, f, aof.EverySec)
	require.Equal(t, []string{
		"syncdir data",
		"open appendonly.aof.1.base.aof", "sync appendonly.aof.1.base.aof",
		"open appendonly.aof.1.incr.aof",
		"open temp-appendonly.aof.manifest", "write temp-appendonly.aof.manifest", "sync temp-appendonly.aof.manifest",
		"rename appendonly.aof.manifest", "syncdir appendonlydir",
		"sync appendonly.aof.1.incr.aof",
	}, f.Ops())
	c := f.Crash(nil)
	require.Equal(t, "file appendonly.aof.1.base.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
		string(c.ReadFile(maniF)))
	_, st, err := load(aof.Options{FS: c})
	require.NoError(t, err)
	require.Equal(t, 2, st.Files)
	require.NoError(t, l.Close())
	require.ErrorIs(t, l.Close(), aof.ErrClosed)
}

func TestOpenCrashAtEveryStep(t *testing.T) {
	for step := 0; ; step++ {
		f := memfs.New(dir)
		n := 0
		f.SetFault(func(memfs.Op, string, int) (int, error) {
			if n++; n > step {
				return 0, errors.New("crash")
			}
			return 0, nil
		})
		l, err := aof.Open(aof.Options{Dir: dir, FS: f})
		f.SetFault(nil)
		c := f.Crash(nil)
		_, _, loadErr := load(aof.Options{FS: c})
		require.NoError(t, loadErr)
		again, openErr := aof.Open(aof.Options{Dir: dir, FS: c})
		require.NoError(t, openErr, "step %d", step)
		require.NoError(t, again.Close())
		if err == nil {
			require.NoError(t, l.Close())
			return
		}
	}
}

func TestOpenAppendsAndRemovesHistory(t *testing.T) {
	f := disk(cmd("SET a 1"))
	f.WriteFile(folder+"old.aof", []byte("x"))
	f.WriteFile(maniF, []byte("file appendonly.aof.1.base.aof seq 1 type b\nfile old.aof seq 4 type h\n"))
	l, err := aof.Open(aof.Options{Dir: dir, FS: f, KeepHistory: true})
	require.NoError(t, err)
	require.NoError(t, l.Close())
	require.Contains(t, string(f.ReadFile(maniF)), "file old.aof seq 4 type h\nfile appendonly.aof.5.incr.aof seq 5 type i\n")

	l, _ = open(t, f, aof.No)
	require.Nil(t, f.ReadFile(folder+"old.aof"))
	require.NotContains(t, string(f.ReadFile(maniF)), "old.aof")
	set := cmd("SET b 2")
	l.Feed([]byte(set), 1000)
	require.NoError(t, l.WaitWritten(1000))
	require.Equal(t, aof.Stats{Size: int64(2 * len(set)), BaseSize: int64(len(set)), LastWriteOK: true}, l.Stats())
	require.NoError(t, l.Close())
	require.Equal(t, set, string(f.Crash(nil).ReadFile(folder+"appendonly.aof.5.incr.aof")))
}

func TestOpenRefusesFilesWithoutManifest(t *testing.T) {
	for _, name := range []string{baseF, incrF} {
		f := disk(cmd("SET a 1"), cmd("SET a 1"))
		require.NoError(t, f.Remove(maniF))
		f.WriteFile(map[string]string{baseF: incrF, incrF: baseF}[name], nil)
		_, err := aof.Open(aof.Options{Dir: dir, FS: f})
		require.ErrorContains(t, err, name+" has data")
	}
}

func TestPolicies(t *testing.T) {
	set := []byte(cmd("SET a 1"))
	for _, tc := range []struct {
		policy             aof.Policy
		synced, afterASync bool
	}{{aof.Always, true, true}, {aof.EverySec, false, true}, {aof.No, false, false}} {
		t.Run(tc.policy.String(), func(t *testing.T) {
			f := memfs.New(dir)
			l, tick := open(t, f, tc.policy)
			end := int64(len(set))
			l.Feed(set, end)
			require.Equal(t, len(set), l.Stats().PendingBytes)
			require.NoError(t, l.WaitDurable(end))
			require.Equal(t, string(set), string(f.ReadFile(incrF)))
			require.Equal(t, end, l.Written())
			require.Equal(t, tc.synced, l.Synced() == end)
			require.Equal(t, tc.synced, len(f.Crash(nil).ReadFile(incrF)) > 0)
			second(tick)
			require.Equal(t, tc.afterASync, l.Synced() == end)
			// What nobody waits for is written by the second's work.
			l.Feed(set, 2*end)
			second(tick)
			require.Equal(t, 2*end, l.Written())
			l.SetPolicy(aof.Always)
			require.NoError(t, l.WaitDurable(2*end))
			require.Equal(t, 2*end, l.Synced())
			require.NoError(t, l.WaitDurable(5*end), "bytes that were never fed are not waited for")
			require.NoError(t, l.Close())
		})
	}
}

func TestCloseSyncs(t *testing.T) {
	f := memfs.New(dir)
	l, _ := open(t, f, aof.No)
	l.Feed([]byte(cmd("SET a 1")), 27)
	require.NoError(t, l.Close())
	require.Equal(t, cmd("SET a 1"), string(f.Crash(nil).ReadFile(incrF)))
	l.Feed([]byte("x"), 28)
	require.ErrorIs(t, l.WaitWritten(28), aof.ErrClosed)
	require.ErrorIs(t, l.WaitSynced(28), aof.ErrClosed)
}

func TestWriteErrors(t *testing.T) {
	set := cmd("SET a 1")
	for _, tc := range []struct {
		name  string
		allow int
		cut   error // of the truncate that undoes the short write
	}{{"nothing written", 0, nil}, {"short write", 9, nil}, {"short write that stays", 9, syscall.EIO}} {
		t.Run(tc.name, func(t *testing.T) {
			f := memfs.New(dir)
			var lines []string
			tick := make(chan time.Time)
			l, err := aof.Open(aof.Options{Dir: dir, FS: f, Policy: aof.EverySec, Tick: tick,
				Logf: func(_ byte, format string, a ...any) { lines = append(lines, fmt.Sprintf(format, a...)) }})
			require.NoError(t, err)
			lines = nil
			l.Feed([]byte(set), 27)
			require.NoError(t, l.WaitDurable(27))
			f.SetFault(func(op memfs.Op, name string, _ int) (int, error) {
				switch op {
				case memfs.OpWrite:
					return tc.allow, syscall.ENOSPC
				case memfs.OpTruncate:
					return 0, tc.cut
				}
				return 0, nil
			})
			l.Feed([]byte(set), 54)
			require.ErrorIs(t, l.WaitDurable(54), syscall.ENOSPC)
			require.ErrorIs(t, l.Err(), syscall.ENOSPC)
			require.False(t, l.Stats().LastWriteOK)
			second(tick)
			require.ErrorIs(t, l.WaitSynced(54), syscall.ENOSPC)
			require.Equal(t, 27, l.Stats().PendingBytes)
			if tc.cut == nil {
				require.Equal(t, set, string(f.ReadFile(incrF)))
			}
			f.SetFault(nil)
			second(tick)
			require.NoError(t, l.Err())
			require.NoError(t, l.WaitSynced(54))
			l.Feed([]byte(set), 81)
			require.NoError(t, l.Close())
			require.Equal(t, set+set+set, string(f.Crash(nil).ReadFile(incrF)))
			want := 2 // one line about the error in 30 seconds, one that it is over
			if tc.cut != nil {
				want++
			}
			require.Len(t, lines, want, strings.Join(lines, "\n"))
		})
	}
}

func TestNextWaitRetries(t *testing.T) {
	f := memfs.New(dir)
	l, _ := open(t, f, aof.Always)
	f.SetFault(failing(memfs.OpWrite, 3, syscall.ENOSPC))
	l.Feed([]byte("*1\r\n"), 4)
	require.Error(t, l.WaitDurable(4))
	f.SetFault(nil)
	l.Feed([]byte("$4\r\nPING\r\n"), 14)
	require.NoError(t, l.WaitDurable(14))
	require.NoError(t, l.Err())
	require.Equal(t, cmd("PING"), string(f.Crash(nil).ReadFile(incrF)))
	require.NoError(t, l.Close())
}

func TestFsyncErrorIsFinal(t *testing.T) {
	for _, p := range []aof.Policy{aof.Always, aof.EverySec} {
		f := memfs.New(dir)
		l, tick := open(t, f, p)
		f.SetFault(failing(memfs.OpSync, 0, syscall.EIO))
		l.Feed([]byte("*1\r\n"), 4)
		if p == aof.Always {
			require.ErrorIs(t, l.WaitDurable(4), syscall.EIO)
		} else {
			require.NoError(t, l.WaitDurable(4))
			second(tick)
		}
		require.ErrorIs(t, l.Err(), syscall.EIO)
		f.SetFault(nil) // a second fsync would succeed: it must not be believed
		second(tick)
		require.ErrorIs(t, l.Err(), syscall.EIO)
		require.ErrorIs(t, l.WaitSynced(4), syscall.EIO)
		l.Feed([]byte("*1\r\n"), 8)
		require.ErrorIs(t, l.WaitWritten(8), syscall.EIO)
		require.ErrorIs(t, l.Close(), syscall.EIO)
	}
}

func TestPendingIsBounded(t *testing.T) {
	f := memfs.New(dir)
	l, err := aof.Open(aof.Options{Dir: dir, FS: f, MaxPending: 100, Tick: make(chan time.Time)})
	require.NoError(t, err)
	f.SetFault(failing(memfs.OpWrite, 0, syscall.ENOSPC))
	p := make([]byte, 60)
	l.Feed(p, 60)
	require.ErrorIs(t, l.WaitWritten(60), syscall.ENOSPC)
	l.Feed(p, 120)
	require.ErrorIs(t, l.WaitWritten(120), syscall.ENOSPC)
	l.Feed(p, 180)
	require.ErrorIs(t, l.Err(), aof.ErrFull)
	require.Equal(t, 120, l.Stats().PendingBytes)
	f.SetFault(nil)
	require.ErrorIs(t, l.WaitWritten(180), aof.ErrFull, "the log has a gap: it must not go on")
	require.ErrorIs(t, l.Close(), aof.ErrFull)

	// A healthy log takes more, but not without end.
	l, err = aof.Open(aof.Options{Dir: dir, FS: f, MaxPending: 100, Tick: make(chan time.Time)})
	require.NoError(t, err)
	for i := range 7 {
		l.Feed(p, int64(i+1)*60)
	}
	require.NoError(t, l.Err())
	l.Feed(p, 480)
	require.ErrorIs(t, l.Err(), aof.ErrFull)
}

func TestGroupCommit(t *testing.T) {
	f := memfs.New(dir)
	l, _ := open(t, f, aof.Always)
	entered, release := make(chan struct{}), make(chan struct{})
	var syncs atomic.Int32
	f.SetFault(func(op memfs.Op, _ string, _ int) (int, error) {
		if op == memfs.OpSync {
			if syncs.Add(1) == 1 {
				close(entered)
			}
			<-release
		}
		return 0, nil
	})
	var wg sync.WaitGroup
	wait := func(offset int64) {
		wg.Go(func() {
			if err := l.WaitSynced(offset); err != nil {
				t.Error(err)
			}
		})
	}
	l.Feed([]byte("a"), 1)
	wait(1)
	<-entered
	require.Equal(t, 1, l.Stats().PendingFsyncs)
	for i := int64(2); i <= 50; i++ {
		l.Feed([]byte("a"), i)
		wait(i)
	}
	require.NoError(t, l.WaitWritten(50), "a write does not wait for the sync under way")
	close(release)
	wg.Wait()
	require.LessOrEqual(t, syncs.Load(), int32(3), "one sync for all who came while two were under way")
	require.NoError(t, l.Close())
}

func TestDelayedFsyncIsCounted(t *testing.T) {
	f := memfs.New(dir)
	var now atomic.Int64
	l, err := aof.Open(aof.Options{Dir: dir, FS: f, Policy: aof.EverySec, Tick: make(chan time.Time),
		Now: func() time.Time { return time.Unix(1+now.Load(), 0) }})
	require.NoError(t, err)
	entered, release := make(chan struct{}), make(chan struct{})
	f.SetFault(func(op memfs.Op, _ string, _ int) (int, error) {
		if op == memfs.OpSync {
			close(entered)
			<-release
		}
		return 0, nil
	})
	l.Feed([]byte("a"), 1)
	done := make(chan error)
	go func() { done <- l.WaitSynced(1) }()
	<-entered
	f.SetFault(nil)
	for i, want := range []int64{0, 1, 1} {
		l.Feed([]byte("a"), int64(i+2))
		require.NoError(t, l.WaitWritten(int64(i+2)))
		require.Equal(t, want, l.Stats().DelayedFsyncs)
		now.Add(2)
	}
	close(release)
	require.NoError(t, <-done)
	require.NoError(t, l.Close())
}

// TestCrashKeepsAcknowledged appends from many goroutines, some of them in units,
// takes crash images all the while, and looks in each for what was acknowledged
// before it was taken.
func TestCrashKeepsAcknowledged(t *testing.T) {
	const writers, each = 8, 60
	f := memfs.New(dir)
	l, tick := open(t, f, aof.Always)
	var stream oplog.Log
	stream.Attach(l)

	var acked [writers]atomic.Int64
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := 1; i <= each; i++ {
				one := cmd(fmt.Sprintf("SET w%d %d", w, i))
				n := 1 + i%3
				if err := l.WaitSynced(stream.Append(w, n, []byte(strings.Repeat(one, n)))); err != nil {
					t.Error(err)
					return
				}
				acked[w].Store(int64(i))
			}
		})
	}
	stopped := make(chan struct{})
	go func() { wg.Wait(); close(stopped) }()
	rng := rand.New(rand.NewPCG(1, 2))
	check := func() {
		var before [writers]int64
		for w := range writers {
			before[w] = acked[w].Load()
		}
		image := f.Crash(func(n int) int { return rng.IntN(n + 1) })
		got, _, err := load(aof.Options{FS: image, LoadTruncated: true})
		require.NoError(t, err)
		var last [writers]int64
		var count [writers]int64
		for _, c := range got {
			var w int
			var i int64
			if n, _ := fmt.Sscanf(c, "SET w%d %d", &w, &i); n == 2 {
				if i != last[w] {
					require.Equal(t, last[w]+1, i, "a writer's units are in order")
					last[w], count[w] = i, 0
				}
				count[w]++
			}
		}
		for w := range writers {
			require.GreaterOrEqual(t, last[w], before[w], "writer %d", w)
			if last[w] > 0 {
				require.Equal(t, 1+last[w]%3, count[w], "units are whole")
			}
		}
	}
	for running := true; running; {
		select {
		case <-stopped:
			running = false
		case tick <- time.Time{}:
		default:
		}
		check()
	}
	f.SetFault(failing(memfs.OpSync, 0, syscall.EIO))
	require.Error(t, l.WaitSynced(stream.Append(0, 1, []byte(cmd("SET w0 1000")))))
	require.Error(t, l.Close())
}

func BenchmarkWaitWritten(b *testing.B) {
	l, err := aof.Open(aof.Options{Dir: b.TempDir(), Policy: aof.EverySec})
	require.NoError(b, err)
	var stream oplog.Log
	stream.Attach(l)
	body := []byte(cmd("SET key value"))
	b.ReportAllocs()
	b.SetParallelism(25)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := l.WaitWritten(stream.Append(0, 1, body)); err != nil {
				b.Error(err)
			}
		}
	})
	require.NoError(b, l.Close())
}
