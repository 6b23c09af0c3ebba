package clients

// rueidis with its client-side cache: the server must tell it of every change.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

const (
	cacheKeys    = 500
	cacheWriters = 4
	cacheWrites  = 100_000
	// cacheFresh is how long a cache may take to show what a writer has been told is written.
	cacheFresh = 20 * time.Second
)

// TestRueidisCacheIsNeverStale has others write while clients read through their caches, in each way of tracking.
//
// Stale is a value that is older than one whose writer had its reply, for longer than a message needs to arrive: so after
// every few writes the writer reads through the cache until it shows the new value, or a newer one. The values of a key are
// numbers that only grow, which no read of one cache may see shrink. In the end every key that is in a cache equals the server's.
func TestRueidisCacheIsNeverStale(t *testing.T) {
	for _, way := range []struct {
		name     string
		tracking []string
		writes   int
	}{
		{"optin", nil, cacheWrites},
		{"broadcast", []string{"PREFIX", "c:", "BCAST"}, cacheWrites / 10},
	} {
		t.Run(way.name, func(t *testing.T) {
			c := newCaches(t, way.tracking)
			c.run(way.writes)
			c.compare()
		})
	}
}

// caches are a client that caches, one that does not, and what both know.
type caches struct {
	t             *testing.T
	cached, plain rueidis.Client
	hits, misses  [cacheWriters]int
}

func newCaches(t *testing.T, tracking []string) *caches {
	s := miniredis.NewMiniRedis(miniredis.WithRunningClock())
	require.NoError(t, s.Start())
	t.Cleanup(s.Close)
	return &caches{t: t,
		cached: cacheClient(t, rueidis.ClientOption{InitAddress: []string{s.Addr()}, ClientTrackingOptions: tracking}),
		plain:  cacheClient(t, rueidis.ClientOption{InitAddress: []string{s.Addr()}, DisableCache: true}),
	}
}

func cacheClient(t *testing.T, opt rueidis.ClientOption) rueidis.Client {
	t.Helper()
	c, err := rueidis.NewClient(opt)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func cacheKey(i int) string { return fmt.Sprint("c:", i) }

// run has each writer count its own keys up, in any order, and each reader look at any.
func (c *caches) run(writes int) {
	var writers, readers sync.WaitGroup
	stop := make(chan struct{})
	for w := range cacheWriters {
		writers.Go(func() { c.write(w, writes/cacheWriters) })
		readers.Go(func() { c.read(w, stop) })
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	hits, misses := 0, 0
	for i := range c.hits {
		hits, misses = hits+c.hits[i], misses+c.misses[i]
	}
	c.t.Logf("%d writes, %d reads from the cache, %d from the server", writes, hits, misses)
	require.Positive(c.t, hits)
	require.Positive(c.t, misses)
}

// write counts keys up, some at a time, and waits until the cache shows one of them.
func (c *caches) write(writer, writes int) {
	own := make(map[string]int64)
	for n := 0; n < writes && !c.t.Failed(); {
		var key string
		batch := make(rueidis.Commands, 0, 10)
		for range min(cap(batch), writes-n) {
			key = cacheKey(rand.N(cacheKeys/cacheWriters)*cacheWriters + writer)
			own[key]++
			n++
			batch = append(batch, c.plain.B().Set().Key(key).Value(strconv.FormatInt(own[key], 10)).Build())
		}
		for _, r := range c.plain.DoMulti(context.Background(), batch...) {
			if err := r.Error(); err != nil {
				c.t.Error(err)
			}
		}
		c.awaitFresh(key, own[key])
	}
}

// awaitFresh reads a key through the cache until it is as it was written.
func (c *caches) awaitFresh(key string, written int64) {
	for began := time.Now(); ; {
		seen, _, err := c.get(key)
		switch {
		case err != nil:
			c.t.Error(err)
			return
		case seen == written:
			return
		case seen > written || time.Since(began) > cacheFresh:
			c.t.Errorf("%s is %d in the cache, %d was written", key, seen, written)
			return
		}
	}
}

// get reads a number through the cache; 0 stands for a key that is not there.
func (c *caches) get(key string) (n int64, hit bool, err error) {
	r := c.cached.DoCache(context.Background(), c.cached.B().Get().Key(key).Cache(), time.Hour)
	n, err = r.AsInt64()
	if rueidis.IsRedisNil(err) {
		err = nil
	}
	return n, r.IsCacheHit(), err
}

// read looks at keys through the cache until the end: no number ever shrinks.
func (c *caches) read(reader int, stop chan struct{}) {
	seen := make(map[string]int64)
	for {
		select {
		case <-stop:
			return
		default:
		}
		key := cacheKey(rand.N(cacheKeys))
		n, hit, err := c.get(key)
		if err != nil || n < seen[key] {
			c.t.Errorf("%s: %d after %d: %v", key, n, seen[key], err)
			return
		}
		seen[key] = n
		if hit {
			c.hits[reader]++
		} else {
			c.misses[reader]++
		}
	}
}

// compare looks at every key in the cache and beside it, when nobody writes any more and all messages have come: those of a
// connection come before its next reply, so a read of keys that were never read must reach the server first.
func (c *caches) compare() {
	c.t.Helper()
	for i := range 100 {
		_, hit, err := c.get(fmt.Sprint("c:new:", i))
		require.NoError(c.t, err)
		require.False(c.t, hit)
	}
	cached := 0
	for i := range cacheKeys {
		key := cacheKey(i)
		want, err := c.plain.Do(context.Background(), c.plain.B().Get().Key(key).Build()).AsInt64()
		if !rueidis.IsRedisNil(err) {
			require.NoError(c.t, err)
		}
		got, hit, err := c.get(key)
		require.NoError(c.t, err)
		require.Equal(c.t, want, got, key)
		if hit {
			cached++
		}
	}
	require.Positive(c.t, cached)
}
