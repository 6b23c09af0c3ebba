package store

// Event is a class of keyspace events, a bit each, as notify-keyspace-events chooses them.
type Event uint32

// The classes, with the letters that choose them.
const (
	EventGeneric Event = 1 << iota // g: DEL, EXPIRE, RENAME, …
	EventString                    // $
	EventList                      // l
	EventSet                       // s
	EventHash                      // h
	EventZSet                      // z
	EventExpired                   // x
	EventEvicted                   // e
	EventStream                    // t
	EventKeyMiss                   // m
	EventModule                    // d
	EventNew                       // n
)

// Notifier is told what happened to a key, with the key's shard locked.
type Notifier func(db int, class Event, event string, key []byte)

// SetEvents chooses the classes that the notifier is told about.
func (s *Store) SetEvents(classes Event) { s.events.Store(uint32(classes)) }

// Notify reports an event of key in the selected database.
func (tx *Tx) Notify(class Event, event string, key []byte) {
	if Event(tx.st.events.Load())&class != 0 && tx.st.opt.Notify != nil {
		tx.st.opt.Notify(tx.db, class, event, key)
	}
}
