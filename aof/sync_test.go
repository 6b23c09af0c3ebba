package aof_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/aof/memfs"
	"github.com/miniredisd/miniredisd/oplog"
)

// held is a log whose syncs end when the test says so: with what it sends.
type held struct {
	*aof.Log
	t      *testing.T
	begun  chan chan error
	result []chan error // of the waits, in their order
	fed    int64
}

func holdSyncs(t *testing.T) *held {
	f := memfs.New(dir)
	l, _ := open(t, f, aof.Always)
	h := &held{Log: l, t: t, begun: make(chan chan error, 10)}
	f.SetFault(func(op memfs.Op, _ string, _ int) (int, error) {
		if op != memfs.OpSync {
			return 0, nil
		}
		end := make(chan error)
		h.begun <- end
		return 0, <-end
	})
	t.Cleanup(func() {
		f.SetFault(nil)
		l.Close()
	})
	return h
}

// wait feeds a byte, for which so many clients wait.
func (h *held) wait(clients int) {
	h.fed++
	h.Feed([]byte("x"), h.fed)
	h.waitFor(h.fed, clients)
}

func (h *held) waitFor(offset int64, clients int) {
	result := make(chan error, 1)
	h.result = append(h.result, result)
	h.WhenSynced(offset, clients, func(err error) { result <- err })
}

// told reports how many waits are over.
func (h *held) told() (n int) {
	for _, r := range h.result {
		n += len(r)
	}
	return n
}

// A second sync begins beside the first when it serves as many; a third does not.
func TestTwoSyncsAtATime(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("one at a time here")
		return
	}
	h := holdSyncs(t)
	h.wait(10)
	first := <-h.begun
	h.wait(4)
	require.Empty(t, h.begun, "too few yet")
	h.wait(6)
	second := <-h.begun
	h.wait(100)
	require.Empty(t, h.begun)
	require.Zero(t, h.told())
	second <- nil
	require.NoError(t, <-h.result[1])
	require.NoError(t, <-h.result[2])
	require.EqualValues(t, 3, h.Synced())
	third := <-h.begun
	first <- nil
	require.NoError(t, <-h.result[0])
	require.EqualValues(t, 3, h.Synced(), "the older one takes nothing back")
	third <- nil
	require.NoError(t, <-h.result[3])
}

// Who waits for bytes that a sync under way covers waits for that one.
func TestWaitsJoinASync(t *testing.T) {
	h := holdSyncs(t)
	h.wait(1)
	first := <-h.begun
	h.waitFor(1, 50)
	require.Empty(t, h.begun)
	first <- nil
	require.NoError(t, <-h.result[0])
	require.NoError(t, <-h.result[1])
	h.waitFor(1, 1)
	require.NoError(t, <-h.result[2], "that is over already")
}

// When a sync fails, what another one says is not believed any more, and who waits for the next is told.
func TestSyncErrorBesideAnotherSync(t *testing.T) {
	h := holdSyncs(t)
	h.wait(1)
	first := <-h.begun
	h.wait(1)
	h.wait(1)
	first <- syscall.EIO
	require.ErrorIs(t, <-h.result[0], syscall.EIO)
	if runtime.GOOS == "linux" {
		(<-h.begun) <- nil
	}
	require.ErrorIs(t, <-h.result[1], syscall.EIO)
	require.ErrorIs(t, <-h.result[2], syscall.EIO)
	require.Zero(t, h.Synced())
	h.wait(1)
	require.ErrorIs(t, <-h.result[3], syscall.EIO)
}

// The log of the operating system's files, whose syncs the kernel may make: all are told, and what they wait for is there.
func TestSyncsOfTheSystem(t *testing.T) {
	tmp := t.TempDir()
	l, err := aof.Open(aof.Options{Dir: tmp, Policy: aof.Always})
	require.NoError(t, err)
	var stream oplog.Log
	stream.Attach(l)
	one := cmd("SET key value")
	var told atomic.Int64
	var clients sync.WaitGroup
	for range 20 {
		clients.Go(func() {
			for range 20 {
				offset := stream.Append(0, 1, []byte(one))
				if err := l.WaitSynced(offset); err != nil || l.Synced() < offset {
					t.Error(err, l.Synced(), offset)
				}
				told.Add(1)
			}
		})
	}
	clients.Wait()
	require.EqualValues(t, 400, told.Load())
	require.NoError(t, l.Close())
	got, err := os.ReadFile(filepath.Join(tmp, "appendonlydir", "appendonly.aof.1.incr.aof"))
	require.NoError(t, err)
	require.Equal(t, cmd("SELECT 0")+strings.Repeat(one, 400), string(got))
}
