package aof_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/aof/memfs"
)

func TestWritesAndSyncsAreObserved(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	l, err := aof.Create(aof.Options{Dir: dir, FS: memfs.New(dir), Policy: aof.Always, Tick: make(chan time.Time), Observe: func(event string, took time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		seen[event]++
	}}, dumpOf(""))
	require.NoError(t, err)
	l.Feed([]byte(cmd("SET a 1")), int64(len(cmd("SET a 1"))))
	require.NoError(t, l.WaitDurable(int64(len(cmd("SET a 1")))))
	require.NoError(t, l.Close())
	mu.Lock()
	defer mu.Unlock()
	require.Positive(t, seen["aof-write"])
	require.Positive(t, seen["aof-fsync-always"])
}
