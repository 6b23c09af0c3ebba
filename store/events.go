package store

// Event is a class of keyspace events, a bit each, as notify-keyspace-events chooses them.
type Event uint32

// The classes, with the letters that choose them.
const (
	EventGeneric     Event = 1 << iota // g: DEL, EXPIRE, RENAME, …
	EventString                        // $
	EventList                          // l
	EventSet                           // s
	EventHash                          // h
	EventZSet                          // z
	EventExpired                       // x
	EventEvicted                       // e
	EventStream                        // t
	EventKeyMiss                       // m
	EventModule                        // d
	EventNew                           // n
	EventOverwritten                   // o
	EventTypeChanged                   // c
)

// Notifier is told what happened to a key in the selected database, with the key's shard locked. The key's bytes are good
// until it returns. What it makes of that for others must not leave before the unit ends: Tx.AtEnd.
type Notifier func(tx *Tx, class Event, event string, key []byte)

// SetEvents chooses the classes that the notifier is told about.
func (s *Store) SetEvents(classes Event) { s.events.Store(uint32(classes)) }

// Notify reports an event of key in the selected database.
func (tx *Tx) Notify(class Event, event string, key []byte) {
	if Event(tx.st.events.Load())&class != 0 && tx.st.opt.Notify != nil {
		tx.st.opt.Notify(tx, class, event, key)
	}
}

// Replacement tells of a value that has taken the place of another one. The zero Replacement is none: there was nothing.
type Replacement struct {
	was, is Kind
	done    bool
}

// NotifyReplaced reports that the value under key is another one, and whether it is of another kind, if there was one before.
func (tx *Tx) NotifyReplaced(key []byte, r Replacement) {
	if !r.done {
		return
	}
	tx.Notify(EventOverwritten, "overwritten", key)
	if r.was != r.is {
		tx.Notify(EventTypeChanged, "type_changed", key)
	}
}

// AtEnd has f called when the unit ends: its effects are in the log then, and its shards still locked. f must be quick and
// not touch the store.
func (tx *Tx) AtEnd(f func()) { tx.atEnd = append(tx.atEnd, f) }

// runAtEnd calls what AtEnd was given, in order.
func (tx *Tx) runAtEnd() {
	for i, f := range tx.atEnd {
		f()
		tx.atEnd[i] = nil
	}
	if tx.atEnd = tx.atEnd[:0]; cap(tx.atEnd) > maxKeptAtEnd {
		tx.atEnd = nil
	}
}

// maxKeptAtEnd is how long a list of what is to be done at the end may stay with its Tx.
const maxKeptAtEnd = 256

// Exclusive reports whether the unit is alone in the store.
func (tx *Tx) Exclusive() bool { return tx.alone }
