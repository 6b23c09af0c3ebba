package store

import (
	"math/bits"

	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// Tx is what one execution unit may do with the keyspace: a command, a transaction, a tick of the expirer.
//
// Its time stands still. It holds the locks named at Begin; a key of another shard is a programming error and panics.
// Bytes and entries it hands out are valid until End.
type Tx struct {
	st     *Store
	db     int
	now    int64 // ms since the Unix epoch
	locks  LockSet
	slot   uint64
	alone  bool // exclusive mode: everything is ours, no shard is locked
	within bool // opened by BeginWithin

	// NoTouch leaves the access times of entries alone (CLIENT NO-TOUCH).
	NoTouch bool
	// Loading replays a log: keys past their deadline stay until the log says otherwise, and nothing is logged again.
	Loading bool

	dirty    int   // changes since the last settle
	changes  int64 // changes of the unit that were settled
	replaced bool
	effects  effects
	// last is the key that was hashed last: handlers look the same key up two or three times. It is known again by where
	// its bytes lie, so nobody may change the bytes of a key that was passed to a Tx while the unit lasts.
	last struct {
		key  []byte
		hash uint64
	}
}

// Mode says which locks a unit needs.
type Mode struct {
	Locks     LockSet
	Exclusive bool // alone in the store; Locks is not looked at
}

// Begin opens the unit: it passes the gate as slot (a number of the caller's loop) and takes the locks.
func (s *Store) Begin(tx *Tx, db int, mode Mode, slot uint64) {
	tx.open(s, db, mode, slot)
	if mode.Exclusive {
		s.gate.Lock()
		return
	}
	s.gate.Enter(slot)
	s.lock(mode.Locks)
}

func (tx *Tx) open(s *Store, db int, mode Mode, slot uint64) {
	tx.st, tx.db, tx.slot = s, db, slot
	tx.locks, tx.alone, tx.within = mode.Locks, mode.Exclusive, false
	if mode.Exclusive {
		tx.locks = AllShards
	}
	tx.dirty, tx.replaced, tx.changes = 0, false, 0
	tx.last.key = nil
	tx.effects.reset()
}

// BeginWithin opens a second Tx inside an exclusive unit, as a loader needs it. End leaves the gate to the outer one.
func (s *Store) BeginWithin(tx *Tx, db int) {
	tx.open(s, db, Mode{Exclusive: true}, 0)
	tx.within = true
}

// SetTime sets the unit's time, in milliseconds. It is read after the locks are taken: a unit that waited must not see
// keys as alive that died while it did.
func (tx *Tx) SetTime(now int64) { tx.now = now }

// End logs the unit's effects, and gives the locks back. It returns the log's offset behind them, 0 when there are none.
func (tx *Tx) End() (offset int64) {
	tx.last.key = nil
	if tx.changes > 0 && tx.locks != 0 {
		tx.st.shards[bits.TrailingZeros64(uint64(tx.locks))].dirty += tx.changes
	}
	offset = tx.Publish()
	if tx.within {
		return offset
	}
	if tx.alone {
		tx.st.gate.Unlock()
		return offset
	}
	tx.st.unlock(tx.locks)
	tx.st.gate.Leave(tx.slot)
	return offset
}

// Publish hands the effects so far to the log. The shards that they concern must still be locked.
func (tx *Tx) Publish() (offset int64) {
	f := &tx.effects
	if f.n > 0 && tx.st.opt.Journal != nil {
		offset = tx.st.opt.Journal.AppendAcross(f.firstDB, f.curDB, f.n, f.body)
		f.reset()
	}
	return offset
}

// Now is the unit's time in milliseconds since the Unix epoch.
func (tx *Tx) Now() int64 { return tx.now }

// DB is the selected database.
func (tx *Tx) DB() int { return tx.db }

// Select changes the selected database; db must be below Store.Databases.
func (tx *Tx) Select(db int) { tx.db = db }

// Store is the keyspace that the unit works on.
func (tx *Tx) Store() *Store { return tx.st }

// Exclusive reports whether the unit is alone in the store.
func (tx *Tx) Exclusive() bool { return tx.alone }

// Rand returns a uniform number in [0, n).
func (tx *Tx) Rand(n uint64) uint64 { return tx.st.opt.Rand(n) }

func (tx *Tx) hash(key []byte) uint64 {
	if l := tx.last.key; len(l) == len(key) && len(key) > 0 && &l[0] == &key[0] {
		return tx.last.hash
	}
	h := dict.Hash(key)
	tx.last.key, tx.last.hash = key, h
	return h
}

// at returns the shard and the part of the selected database that key belongs to; the latter is nil when unused yet.
func (tx *Tx) at(key []byte) (*shard, *keyspace, uint64) {
	h := tx.hash(key)
	i := shardOf(h)
	if !tx.locks.Has(i) {
		panic("store: the shard of a key is not locked; its command does not declare the key")
	}
	sh := &tx.st.shards[i]
	return sh, sh.db(tx.db), h
}

// find looks key up and removes it when its time has come.
func (tx *Tx) find(key []byte) (*shard, *Entry) {
	sh, ks, h := tx.at(key)
	if ks == nil {
		return sh, nil
	}
	e, ok := ks.entries.Find(h, key)
	if !ok {
		return sh, nil
	}
	if e.expireAt != 0 && e.expireAt <= tx.now && !tx.Loading {
		tx.expire(sh, ks, h, e)
		return sh, nil
	}
	return sh, e
}

// Read looks key up for a command that reads it: counted as hit or miss, and as an access. It returns nil when there is
// no such key.
func (tx *Tx) Read(key []byte) *Entry {
	sh, e := tx.find(key)
	if e == nil {
		sh.misses++
		tx.Notify(EventKeyMiss, "keymiss", key)
		return nil
	}
	sh.hits++
	tx.touch(e)
	return e
}

// Write looks key up for a command that may change it: an access, but neither hit nor miss.
func (tx *Tx) Write(key []byte) *Entry {
	_, e := tx.find(key)
	if e != nil {
		tx.touch(e)
	}
	return e
}

// Peek looks key up and leaves no trace, as OBJECT, TYPE and TTL do.
func (tx *Tx) Peek(key []byte) *Entry {
	_, e := tx.find(key)
	return e
}

// Mutate must be called right before the value of e is changed in place: it marks the key as changed.
func (tx *Tx) Mutate(e *Entry) { tx.changed(e.keyBytes()) }

// changed is the choke point: whatever happens to a key passes here.
func (tx *Tx) changed(key []byte) {
	tx.dirty++
	sh, _, _ := tx.at(key)
	if len(sh.watchers) != 0 {
		tx.keyChanged(sh, key)
	}
}

// AddDirty counts n more changes than the calls that changed keys did, as the elements of one push.
func (tx *Tx) AddDirty(n int) { tx.dirty += n }

// Dirty is the number of changes since the last Settle.
func (tx *Tx) Dirty() int { return tx.dirty }

// create returns a new entry under key, which must be absent.
func (tx *Tx) create(key []byte) *Entry {
	e := &Entry{key: string(key)}
	tx.attach(key, e)
	return e
}

func (tx *Tx) attach(key []byte, e *Entry) {
	sh, ks, h := tx.at(key)
	if ks == nil {
		ks = &keyspace{}
		sh.reach(tx.db)
		sh.dbs[tx.db] = ks
	}
	ks.entries.Insert(h, e)
	tx.initAccess(e)
	tx.Notify(EventNew, "new", key)
}

// Put stores val under key, whatever was there before, without a deadline.
func (tx *Tx) Put(key []byte, val Object) *Entry {
	e := tx.reset(key, false)
	e.kind, e.obj, e.str = val.Kind(), val, nil
	return e
}

// SetString stores a string under key, whatever was there before. The deadline goes unless keepTTL.
func (tx *Tx) SetString(key, val []byte, keepTTL bool) *Entry {
	e := tx.reset(key, keepTTL)
	e.setString(val)
	return e
}

// SetInt is SetString with an integer's text.
func (tx *Tx) SetInt(key []byte, n int64, keepTTL bool) *Entry {
	e := tx.reset(key, keepTTL)
	e.setInt(n)
	return e
}

// SetRaw stores a string that a command has built (APPEND, SETRANGE, …): never taken for an integer, never embstr. It
// keeps val. The deadline stays.
func (tx *Tx) SetRaw(key, val []byte) *Entry {
	e := tx.reset(key, true)
	e.kind, e.obj, e.enc, e.str = String, nil, encRaw, val
	return e
}

func (tx *Tx) reset(key []byte, keepTTL bool) *Entry {
	_, e := tx.find(key)
	tx.changed(key)
	if e == nil {
		return tx.create(key)
	}
	if !keepTTL {
		tx.clearDeadline(e)
	}
	tx.touch(e)
	return e
}

// Delete removes key and reports whether it was there.
func (tx *Tx) Delete(key []byte) bool {
	_, e := tx.find(key)
	if e == nil {
		return false
	}
	tx.Take(key)
	return true
}

// Take removes key and returns its entry with value and deadline, for Give; nil when there is none.
func (tx *Tx) Take(key []byte) *Entry {
	_, e := tx.find(key)
	if e == nil {
		return nil
	}
	tx.changed(key)
	_, ks, h := tx.at(key)
	ks.entries.Delete(h, key)
	ks.stop(e)
	return e
}

// Give stores under key, in the selected database, what Take or Clone returned: value, deadline, and of Take the access
// time. What was there before is replaced.
func (tx *Tx) Give(key []byte, e *Entry) {
	at, access := e.expireAt, e.access
	if old := tx.Take(key); old == nil {
		tx.changed(key)
	}
	e.expireAt, e.timer, e.key = 0, 0, string(key)
	tx.attach(key, e)
	if access != 0 {
		e.access = access
	}
	if at != 0 {
		tx.setDeadline(e, at)
	}
}

// Clone is a deep copy of e, with its deadline, that is not in the keyspace yet and was never accessed.
func (e *Entry) Clone() *Entry {
	c := &Entry{str: append([]byte(nil), e.str...), num: e.num, expireAt: e.expireAt, kind: e.kind, enc: e.enc}
	if e.obj != nil {
		c.obj = e.obj.Clone()
	}
	return c
}

// Effect replaces the request as what is logged. A command that calls it logs just its effects.
func (tx *Tx) Effect(args ...[]byte) {
	tx.replaced = true
	tx.log(args...)
}

// NoEffect says that the command's request must not be logged although keys were changed.
func (tx *Tx) NoEffect() { tx.replaced = true }

// log notes an effect in the selected database.
func (tx *Tx) log(args ...[]byte) {
	if j := tx.st.opt.Journal; tx.Loading || j == nil || !j.Active() {
		return
	}
	tx.effects.add(tx.db, args)
}

// Settle ends one command of the unit: when it changed something and named no effects of its own, its request is what is
// logged. It returns the number of changes.
func (tx *Tx) Settle(request [][]byte, propagate bool) int {
	n := tx.dirty
	if n > 0 {
		tx.changes += int64(n)
		if propagate && !tx.replaced {
			tx.log(request...)
		}
	}
	tx.dirty, tx.replaced = 0, false
	return n
}

// effects are RESP commands of one unit, back to back. They begin in firstDB and end in curDB: SELECTs are among them when
// the unit changed databases.
type effects struct {
	body           []byte
	n              int
	firstDB, curDB int
}

// maxKeptEffects is how large a buffer for effects may stay with its client, in bytes.
const maxKeptEffects = 64 << 10

func (f *effects) reset() {
	if cap(f.body) > maxKeptEffects {
		f.body = nil
	}
	f.body, f.n = f.body[:0], 0
}

func (f *effects) add(db int, args [][]byte) {
	if f.n == 0 {
		f.firstDB, f.curDB = db, db
	}
	f.selectDB(db)
	f.body = resp.AppendCommand(f.body, args...)
	f.n++
}

func (f *effects) selectDB(db int) {
	if db != f.curDB {
		f.body = resp.AppendCommand(f.body, []byte("SELECT"), AppendInt(nil, int64(db)))
		f.curDB = db
		f.n++
	}
}
