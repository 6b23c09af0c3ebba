// Package store is the keyspace: databases of entries, cut into shards that are locked one by one.
//
// A key's shard depends on the key alone, not on the database, so that MOVE and COPY stay in one shard. All access goes
// through a Tx, which an execution unit opens with the set of shards it needs (locks.go), and all mutation goes through
// Tx.Mutate and its kin, so that watches, the dirty count and the stream of effects cannot be forgotten.
//
// It may use expire, store/ds, resp and internal; it knows no command, no client and no socket.
package store

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/store/ds/dict"
)

const (
	shardBits = 6
	// NumShards is the number of lock stripes. 64 fit a LockSet into one word; a unit holds a shard for a few hundred
	// nanoseconds, so that even 64 loops seldom meet.
	NumShards = 1 << shardBits
)

// Journal takes the effects of units; oplog.Log is one.
type Journal interface {
	// Active reports whether anybody reads; when not, effects are not even encoded.
	Active() bool
	// AppendAcross adds n RESP commands that were executed as one atomic unit, from database db on; SELECTs among them
	// leave the unit in endDB.
	AppendAcross(db, endDB, n int, body []byte) (offset int64)
}

// Options of a Store. The zero value of a field means its default.
type Options struct {
	Databases int                 // 16
	Journal   Journal             // none
	Notify    Notifier            // nobody
	Tracker   Tracker             // nobody
	Rand      func(uint64) uint64 // uniform in [0, n); math/rand/v2
	Now       func() int64        // ms since the epoch, for those who are served at the end of another's unit; the unit's time
}

// Store is the keyspace.
type Store struct {
	shards [NumShards]shard
	gate   Gate
	opt    Options

	active    atomic.Bool // active expiry is on (DEBUG SET-ACTIVE-EXPIRE)
	held      atomic.Bool // keys whose time has come are kept (HoldExpire)
	lfu       atomic.Bool // entries count frequency instead of age
	lfuFactor atomic.Int64
	lfuDecay  atomic.Int64
	events    atomic.Uint32
	lazyFreed atomic.Int64
	usedDBs   atomic.Int64  // databases that were ever used
	everUsed  []atomic.Bool // which these are
	awaited   atomic.Uint64 // the shards in which somebody waits for a key, a bit each; a bit is written under its shard's lock
	wake      atomic.Pointer[func(at int64)]
}

// shard is one lock stripe: the entries of every database whose keys hash here.
//
// Everything below mu is touched only with mu held or in exclusive mode.
type shard struct {
	mu       sync.Mutex
	dbs      []*keyspace // by database number; as long as the highest that was used here, nil where unused
	watchers map[watchKey]watchers
	waiting  map[string]*queue // who waits for a key, by its name
	queues   []*queue          // out of use
	tracked  int               // what the Tracker looks for here
	// attention is the number of keys that are watched, waited for or tracked: a change of any key looks at it.
	attention int
	nextDue   atomic.Int64 // a deadline that no timer of the shard lies before; maxTime when there is none. Written under mu

	hits, misses, expired int64
	dirty                 int64 // changes since the last save, of units whose lowest shard this is
	expiredLate           int64 // of expired, removed by the active expirer
	expiredFields         int64 // fields of hashes whose time had come
	evicted               int64

	_ [64]byte // keeps neighbours' locks off this cache line
}

// db is the part of database n that lies here, nil when it was never used.
func (sh *shard) db(n int) *keyspace {
	if n < len(sh.dbs) {
		return sh.dbs[n]
	}
	return nil
}

// reach makes room for databases up to n.
func (sh *shard) reach(n int) {
	for len(sh.dbs) <= n {
		sh.dbs = append(sh.dbs, nil)
	}
}

// New returns an empty keyspace.
func New(opt Options) *Store {
	if opt.Databases <= 0 {
		opt.Databases = 16
	}
	if opt.Rand == nil {
		opt.Rand = rand.Uint64N
	}
	s := &Store{opt: opt, everUsed: make([]atomic.Bool, opt.Databases)}
	for i := range s.shards {
		s.shards[i].nextDue.Store(maxTime)
	}
	s.active.Store(true)
	s.lfuFactor.Store(10)
	s.lfuDecay.Store(1)
	return s
}

// Databases is the number of numbered databases.
func (s *Store) Databases() int { return s.opt.Databases }

// Gate is the gate that units pass on their way to the shards.
func (s *Store) Gate() *Gate { return &s.gate }

// Journal is where effects go; nil when nobody was given.
func (s *Store) Journal() Journal { return s.opt.Journal }

// SetLFU chooses between access frequency and age as what entries keep about their use, with Redis's lfu-log-factor
// and lfu-decay-time (minutes).
func (s *Store) SetLFU(on bool, logFactor, decayMinutes int64) {
	s.lfu.Store(on)
	s.lfuFactor.Store(logFactor)
	s.lfuDecay.Store(decayMinutes)
}

// LFU reports whether entries count frequency.
func (s *Store) LFU() bool { return s.lfu.Load() }

// Dirty is the number of changes since ResetDirty.
func (s *Store) Dirty() (n int64) {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		n += sh.dirty
		sh.mu.Unlock()
	}
	return n
}

// ResetDirty sets the number of changes back, as a save does.
func (s *Store) ResetDirty() {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		sh.dirty = 0
		sh.mu.Unlock()
	}
}

// shardOf is the shard of a key with this hash. The dict takes its bucket from the low bits and its tag from the top
// ones, so the shard comes from the middle.
func shardOf(hash uint64) int { return int(hash>>40) & (NumShards - 1) }

// ShardOf is the number of the shard that key lives in.
func ShardOf(key []byte) int { return shardOf(dict.Hash(key)) }

// LazyFreed is how many values had their memory given back in the background since ResetStats.
func (s *Store) LazyFreed() int64 { return s.lazyFreed.Load() }

// Stats are the keyspace counters of INFO.
type Stats struct {
	Hits, Misses, Expired, ExpiredActive int64
	ExpiredFields                        int64 // of hashes
	Evicted                              int64
}

// Stats adds the shards' counters up.
func (s *Store) Stats() Stats {
	var t Stats
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		t.Hits += sh.hits
		t.Misses += sh.misses
		t.Expired += sh.expired
		t.ExpiredActive += sh.expiredLate
		t.ExpiredFields += sh.expiredFields
		t.Evicted += sh.evicted
		sh.mu.Unlock()
	}
	return t
}

// ResetStats zeroes the counters (CONFIG RESETSTAT).
func (s *Store) ResetStats() {
	s.lazyFreed.Store(0)
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		sh.hits, sh.misses, sh.expired, sh.expiredLate, sh.expiredFields, sh.evicted = 0, 0, 0, 0, 0, 0
		sh.mu.Unlock()
	}
}
