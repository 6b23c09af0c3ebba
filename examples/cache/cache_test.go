package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

var (
	ctx = context.Background()
	ada = User{ID: 1, Name: "Ada", Email: "ada@example.com"}
)

// start returns a cache before a database that knows ada.
func start(t *testing.T) (*miniredis.Miniredis, *Cache) {
	s := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: s.Addr()})
	t.Cleanup(func() { client.Close() })
	db, err := OpenDatabase(filepath.Join(t.TempDir(), "users.db"))
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	require.NoError(t, db.SetUser(ctx, ada))
	return s, &Cache{Client: client, DB: db, TTL: time.Minute}
}

// get expects a user, after so many queries in all.
func get(t *testing.T, c *Cache, want User, queries int64) {
	t.Helper()
	u, err := c.Get(ctx, want.ID)
	require.NoError(t, err)
	require.Equal(t, want, u)
	require.Equal(t, queries, c.DB.Queries.Load())
}

func TestMissThenHit(t *testing.T) {
	s, c := start(t)
	get(t, c, ada, 1)
	get(t, c, ada, 1)
	require.Equal(t, int64(1), c.Misses.Load())
	require.Equal(t, int64(1), c.Hits.Load())
	require.Equal(t, []string{"user:1"}, s.Keys(), "the mark is gone")
}

func TestTTL(t *testing.T) {
	s, c := start(t)
	get(t, c, ada, 1)
	require.Equal(t, time.Minute, s.TTL("user:1"))
	s.FastForward(time.Minute - time.Millisecond)
	get(t, c, ada, 1)
	s.FastForward(time.Millisecond)
	get(t, c, ada, 2)
}

func TestWriteInvalidates(t *testing.T) {
	_, c := start(t)
	get(t, c, ada, 1)
	moved := User{ID: 1, Name: "Ada", Email: "ada@example.org"}
	require.NoError(t, c.Put(ctx, moved))
	get(t, c, moved, 2)
	get(t, c, moved, 2)
}

func TestUnknownUser(t *testing.T) {
	s, c := start(t)
	_, err := c.Get(ctx, 2)
	require.ErrorIs(t, err, sql.ErrNoRows)
	require.Empty(t, s.Keys())
}

func TestNoStampede(t *testing.T) {
	_, c := start(t)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if u, err := c.Get(ctx, 1); err != nil || u != ada {
				t.Errorf("%v, %v", u, err)
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(1), c.DB.Queries.Load())
}

// A process that died while it loaded holds up the others no longer than patience.
func TestLoaderDied(t *testing.T) {
	s, c := start(t)
	require.NoError(t, s.Set("user:1:loading", "1"))
	began := time.Now()
	get(t, c, ada, 1)
	require.Less(t, time.Since(began), 5*patience)
}

func TestRun(t *testing.T) {
	_, c := start(t)
	require.NoError(t, run(ctx, c))
}
