package store

import (
	"math/bits"

	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/arena"
	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// Tx is what one execution unit may do with the keyspace: a command, a transaction, a tick of the expirer.
//
// Its time stands still. It holds the locks named at Begin; a key of another shard is a programming error and panics.
// How long entries and bytes that it hands out are good says Entry.
type Tx struct {
	st     *Store
	db     int
	now    int64 // ms since the Unix epoch
	locks  LockSet
	slot   uint64
	alone  bool // exclusive mode: everything is ours, no shard is locked
	within bool // opened by BeginWithin
	waited bool // to open the unit took, or may have taken, a while

	// Client is the number of the client that the unit works for, 0 where there is none.
	Client uint64
	// NoTouch leaves the access times of entries alone (CLIENT NO-TOUCH).
	NoTouch bool
	// Loading replays a log: keys past their deadline stay until the log says otherwise, and nothing is logged again.
	Loading bool
	// Logged is the offset of the log behind the last effects of units of this Tx.
	Logged int64
	// Request is the command that is executed, as it came in, or nil: if its bytes are those that are to be logged, nobody needs to
	// write them anew. They stay as they are until End.
	Request []byte
	// Unlogged keeps what commands do out of the log (redis.set_repl of scripts). Keys that expire meanwhile are logged.
	Unlogged bool

	dirty     int   // changes since the last settle
	changes   int64 // changes of the unit that were settled
	replaced  bool
	effects   effects
	handles   handles
	discarded []Object   // objects that the unit has removed; End releases them
	past      bool       // a deadline was set that had passed already
	touched   bool       // the command may have changed an object, so those it has seen are to be weighed
	ready     []readyKey // keys that have changed and that somebody waits for
	served    []Waiter   // those who are woken when the unit has ended
	atEnd     []func()   // see AtEnd
	// last is the key that was hashed last: handlers look the same key up two or three times. It is known again by where
	// its bytes lie, so nobody may change the bytes of a key that was passed to a Tx while the unit lasts. It may be the
	// key in a record: when a record goes or moves, the memory is cut.
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
	for !s.BeginUnlessBusy(tx, db, mode, slot) {
		s.gate.awaitOpen()
	}
}

// BeginUnlessBusy is Begin, but does not wait for a busy unit (see Gate). False: there is one, and the unit is not open.
func (s *Store) BeginUnlessBusy(tx *Tx, db int, mode Mode, slot uint64) (begun bool) {
	tx.open(s, db, mode, slot)
	if mode.Exclusive {
		tx.waited = true
		return s.gate.LockUnlessBusy()
	}
	if begun, tx.waited = s.gate.enter(slot); begun {
		tx.waited = s.lock(mode.Locks) || tx.waited
	}
	return begun
}

func (tx *Tx) open(s *Store, db int, mode Mode, slot uint64) {
	tx.st, tx.db, tx.slot = s, db, slot
	tx.locks, tx.alone, tx.within = mode.Locks, mode.Exclusive, false
	if mode.Exclusive {
		tx.locks = AllShards
	}
	tx.dirty, tx.replaced, tx.changes = 0, false, 0
	tx.last.key = nil
	tx.past, tx.touched = false, false
	tx.ready = tx.ready[:0]
	tx.handles.reset()
	tx.effects.reset()
}

// BeginWithin opens a second Tx inside an exclusive unit, as a loader and a visitor (Gate.Visit) need it. End leaves the gate to
// the outer one.
func (s *Store) BeginWithin(tx *Tx, db int) {
	tx.open(s, db, Mode{Exclusive: true}, 0)
	tx.within, tx.waited = true, true
}

// SetTime sets the unit's time, in milliseconds. Where Begin has waited it is read after that: a unit that waited must not see
// keys as alive that died while it did.
func (tx *Tx) SetTime(now int64) { tx.now = now }

// End logs the unit's effects, serves those who waited for what it has brought, and gives the locks back.
func (tx *Tx) End() {
	if len(tx.ready) > 0 && !tx.within {
		tx.serve()
	}
	tx.last.key = nil
	tx.forget()
	tx.checkWeights()
	if len(tx.discarded) > 0 {
		tx.releaseDiscarded()
	}
	if tx.changes > 0 && tx.locks != 0 {
		tx.st.shards[bits.TrailingZeros64(uint64(tx.locks))].dirty += tx.changes
	}
	tx.Publish()
	if len(tx.atEnd) > 0 {
		tx.runAtEnd()
	}
	if tx.within {
		return
	}
	if tx.alone {
		tx.st.gate.Unlock()
	} else {
		tx.st.unlock(tx.locks)
		tx.st.gate.Leave(tx.slot)
	}
	if len(tx.served)+len(tx.ready) > 0 {
		tx.goOn()
	}
}

// forget ends the use of the entries that were handed out.
func (tx *Tx) forget() {
	if tx.touched {
		tx.weigh()
	}
	tx.handles.reset()
}

// goOn does what is left to do about those who waited, when the locks are given back.
func (tx *Tx) goOn() {
	tx.wakeServed()
	if len(tx.ready) > 0 {
		late := append([]readyKey(nil), tx.ready...)
		tx.ready = tx.ready[:0]
		tx.st.serveLate(late, tx.now, tx.slot)
	}
}

// Publish hands the effects so far to the log. The shards that they concern must still be locked.
func (tx *Tx) Publish() {
	f := &tx.effects
	if f.n > 0 && tx.st.opt.Journal != nil {
		tx.Logged = tx.st.opt.Journal.AppendAcross(f.firstDB, f.curDB, f.n, f.bytes())
		f.reset()
	}
}

// Waited reports whether it took, or may have taken, a while to open the unit, so that a time that was read before is too old.
func (tx *Tx) Waited() bool { return tx.waited }

// Now is the unit's time in milliseconds since the Unix epoch.
func (tx *Tx) Now() int64 { return tx.now }

// DB is the selected database.
func (tx *Tx) DB() int { return tx.db }

// Select changes the selected database; db must be below Store.Databases.
func (tx *Tx) Select(db int) { tx.db = db }

// Store is the keyspace that the unit works on.
func (tx *Tx) Store() *Store { return tx.st }

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

// find looks key up and removes it when its time has come. ref is 0 when there is no such key; ks is nil when the database
// was never used here.
func (tx *Tx) find(key []byte) (sh *shard, ks *keyspace, h uint64, ref arena.Ref) {
	sh, ks, h, ref = tx.lookup(key)
	if ref != 0 && tx.dead(ks, ref) {
		if !tx.keepsDead() {
			tx.expire(ks, h, ref)
		}
		ref = 0
	}
	return sh, ks, h, ref
}

// lookup is find, but a key whose time has come stays, and is found.
func (tx *Tx) lookup(key []byte) (sh *shard, ks *keyspace, h uint64, ref arena.Ref) {
	sh, ks, h = tx.at(key)
	if ks != nil {
		ref = ks.find(h, key)
	}
	return sh, ks, h, ref
}

// Read looks key up for a command that reads it: counted as hit or miss, and as an access. It returns nil when there is
// no such key.
func (tx *Tx) Read(key []byte) *Entry {
	sh, ks, _, ref := tx.find(key)
	if ref == 0 {
		sh.misses++
		tx.Notify(EventKeyMiss, "keymiss", key)
		return nil
	}
	sh.hits++
	tx.touch(ks.header(ref))
	return tx.handles.entry(ks, ref)
}

// Write looks key up for a command that may change it: an access, but neither hit nor miss.
func (tx *Tx) Write(key []byte) *Entry {
	_, ks, _, ref := tx.find(key)
	if ref == 0 {
		return nil
	}
	tx.touch(ks.header(ref))
	return tx.handles.entry(ks, ref)
}

// Peek looks key up and leaves no trace, as OBJECT, TYPE and TTL do.
func (tx *Tx) Peek(key []byte) *Entry {
	_, ks, _, ref := tx.find(key)
	if ref == 0 {
		return nil
	}
	return tx.handles.entry(ks, ref)
}

// PeekDead is Peek, but shows also a key whose time has come, as long as nobody has removed it.
func (tx *Tx) PeekDead(key []byte) *Entry {
	_, ks, _, ref := tx.lookup(key)
	if ref == 0 {
		return nil
	}
	return tx.handles.entry(ks, ref)
}

// Mutate must be called right before the value of e is changed in place: it marks the key as changed.
func (tx *Tx) Mutate(e *Entry) {
	tx.touched = tx.touched || e.header().isObject()
	tx.changed(e.ks.sh, e.keyBytes())
}

// changed is the choke point: whatever happens to a key passes here.
func (tx *Tx) changed(sh *shard, key []byte) {
	tx.dirty++
	if sh.attention != 0 {
		tx.keyChanged(sh, key)
		tx.keyReady(sh, key)
		tx.tellTracker(sh, key, tx.Client)
	}
}

// AddDirty counts n more changes than the calls that changed keys did, as the elements of one push.
func (tx *Tx) AddDirty(n int) {
	tx.dirty += n
	tx.touched = true
}

// lifetime says what becomes of a key's deadline when it gets a new value: it goes, unless it is kept or another one
// takes its place.
type lifetime struct {
	keep  bool
	until int64 // ms since the epoch; 0: no new one
	// goesOn says that a command has changed the value rather than put another one in its place.
	goesOn bool
}

// put stores a content under key, whatever was there before.
func (tx *Tx) put(key []byte, c content, life lifetime) *Entry {
	sh, ks, h, ref := tx.find(key)
	tx.changed(sh, key)
	if ref == 0 {
		if ks == nil {
			ks = newKeyspace(sh)
			sh.reach(tx.db)
			sh.dbs[tx.db] = ks
			tx.st.used(tx.db)
		}
		ref = ks.insert(h, key, c, life.until != 0)
		tx.initAccess(ks.header(ref))
		tx.Notify(EventNew, "new", key)
	} else {
		r := ks.header(ref)
		timed := r.timed()
		if r.isObject() {
			tx.discard(ks.objects.get(r.objectIndex()), c.obj)
		}
		if timed && !life.keep && life.until == 0 {
			ks.timers.Remove(uint32(ref))
		}
		was := r.kind()
		ref = tx.replace(ks, h, ref, c, life.until != 0 || timed && life.keep)
		tx.touch(ks.header(ref))
		if !life.goesOn {
			tx.NotifyReplaced(key, Replacement{was, c.kind, true})
		}
	}
	if life.until != 0 {
		tx.setDeadline(ks, ref, life.until)
	}
	tx.handles.made = Entry{ks, ref}
	if c.obj != nil {
		tx.touched = true // who has stored it may fill it now
		tx.fileFields(&tx.handles.made)
	}
	return &tx.handles.made
}

// replace and reshape are those of the keyspace, and keep the entries that were handed out up to date.
func (tx *Tx) replace(ks *keyspace, h uint64, ref arena.Ref, c content, timed bool) arena.Ref {
	now := ks.replace(h, ref, c, timed)
	tx.moved(ks, ref, now)
	return now
}

func (tx *Tx) reshape(ks *keyspace, h uint64, ref arena.Ref, s shape, spare int) {
	tx.moved(ks, ref, ks.reshape(h, ref, s, spare))
}

func (tx *Tx) moved(ks *keyspace, from, to arena.Ref) {
	if from != to {
		tx.last.key = nil
		tx.handles.moved(ks, from, to)
	}
}

// Put stores val under key, whatever was there before, without a deadline.
func (tx *Tx) Put(key []byte, val Object) *Entry {
	return tx.put(key, content{kind: val.Kind(), obj: val}, lifetime{})
}

// SetString stores a string under key, whatever was there before. The deadline goes unless keepTTL.
func (tx *Tx) SetString(key, val []byte, keepTTL bool) *Entry {
	return tx.put(key, stringContent(val), lifetime{keep: keepTTL})
}

// SetInt is SetString with an integer's text.
func (tx *Tx) SetInt(key []byte, n int64, keepTTL bool) *Entry {
	return tx.put(key, intContent(n), lifetime{keep: keepTTL})
}

// SetRaw stores a string that a command has built (APPEND, SETRANGE, …): never taken for an integer, never embstr. The
// deadline stays.
func (tx *Tx) SetRaw(key, val []byte) *Entry {
	return tx.put(key, content{enc: encRaw, bytes: val}, lifetime{keep: true, goesOn: true})
}

// Delete removes key and reports whether it was there.
func (tx *Tx) Delete(key []byte) bool {
	sh, ks, h, ref := tx.find(key)
	if ref == 0 {
		return false
	}
	tx.changed(sh, key)
	tx.drop(ks, h, ref)
	return true
}

// drop removes a record for good, and its value.
func (tx *Tx) drop(ks *keyspace, h uint64, ref arena.Ref) {
	if r := ks.header(ref); r.isObject() {
		tx.discard(ks.objects.get(r.objectIndex()), nil)
	}
	tx.dropRecord(ks, h, ref)
}

// dropRecord removes a record for good. An object that it names stays as it is.
func (tx *Tx) dropRecord(ks *keyspace, h uint64, ref arena.Ref) {
	ks.remove(h, ref)
	tx.moved(ks, ref, 0)
	ks.drop(ref)
}

// Take removes key and returns what was stored there with its deadline, for Give; nil when there was nothing.
func (tx *Tx) Take(key []byte) *Value {
	sh, ks, h, ref := tx.find(key)
	if ref == 0 {
		return nil
	}
	tx.changed(sh, key)
	v := ks.valueOf(ks.header(ref))
	tx.dropRecord(ks, h, ref)
	return v
}

// Give stores under key, in the selected database, what Take or Clone returned: value, deadline, and of Take the access
// time. What was there before is replaced; whoever listens is not told of that yet (NotifyReplaced).
func (tx *Tx) Give(key []byte, v *Value) (r Replacement) {
	if sh, ks, h, ref := tx.find(key); ref != 0 {
		r = Replacement{ks.header(ref).kind(), v.kind, true}
		tx.changed(sh, key)
		tx.drop(ks, h, ref)
		tx.dirty-- // put counts it
	}
	e := tx.put(key, v.content, lifetime{until: v.expireAt})
	if v.access != 0 {
		e.header().access = v.access
	}
	return r
}

// Effect replaces the request as what is logged. A command that calls it logs just its effects.
func (tx *Tx) Effect(args ...[]byte) {
	tx.replaced = true
	if !tx.Unlogged {
		tx.log(args...)
	}
}

// NoEffect says that the command's request must not be logged although keys were changed.
func (tx *Tx) NoEffect() { tx.replaced = true }

// log notes an effect in the selected database.
func (tx *Tx) log(args ...[]byte) {
	if tx.logs() {
		tx.effects.add(tx.db, args)
	}
}

// logs reports whether there is a log to note effects for.
func (tx *Tx) logs() bool {
	j := tx.st.opt.Journal
	return !tx.Loading && j != nil && j.Active()
}

// logRequest notes the request itself as an effect.
func (tx *Tx) logRequest(request [][]byte) {
	switch {
	case !tx.logs():
	case resp.IsCommand(tx.Request, request):
		tx.effects.addRaw(tx.db, tx.Request)
	default:
		tx.effects.add(tx.db, request)
	}
}

// Changed reports whether a command of the unit that was settled has changed something.
func (tx *Tx) Changed() bool { return tx.changes > 0 }

// Settle ends one command of the unit: when it changed something and named no effects of its own, its request is what is
// logged.
func (tx *Tx) Settle(request [][]byte, propagate bool) {
	if tx.dirty > 0 {
		tx.changes += int64(tx.dirty)
		if propagate && !tx.replaced && !tx.Unlogged {
			tx.logRequest(request)
		}
	}
	tx.dirty, tx.replaced = 0, false
	tx.forget()
}
