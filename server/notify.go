package server

// Keyspace notifications: what happens to keys, as messages on channels.

import (
	"strconv"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/store"
)

// eventClasses are the classes of events by their options.
var eventClasses = []struct {
	option config.NotifyFlags
	event  store.Event
}{
	{config.NotifyGeneric, store.EventGeneric}, {config.NotifyString, store.EventString}, {config.NotifyList, store.EventList},
	{config.NotifySet, store.EventSet}, {config.NotifyHash, store.EventHash}, {config.NotifyZset, store.EventZSet},
	{config.NotifyExpired, store.EventExpired}, {config.NotifyEvicted, store.EventEvicted},
	{config.NotifyStream, store.EventStream}, {config.NotifyKeyMiss, store.EventKeyMiss},
	{config.NotifyModule, store.EventModule}, {config.NotifyNew, store.EventNew},
	{config.NotifyOverwritten, store.EventOverwritten}, {config.NotifyTypeChanged, store.EventTypeChanged},
}

// applyEvents chooses the classes that the store tells about: none when there is no channel to put them on.
func (s *Server) applyEvents() error {
	flags := s.cfg.Notify()
	var classes store.Event
	if flags&(config.NotifyKeyspace|config.NotifyKeyevent) != 0 {
		for _, c := range eventClasses {
			if flags&c.option != 0 {
				classes |= c.event
			}
		}
	}
	s.store.SetEvents(classes)
	return nil
}

// notify implements store.Notifier: first on the key's channel, then on the event's.
func (s *Server) notify(tx *store.Tx, _ store.Event, event string, key []byte) {
	if !s.pubsub.Listened() {
		return
	}
	flags := s.cfg.Notify()
	if flags&config.NotifyKeyspace != 0 {
		s.tell(tx, append(eventChannel("__keyspace@", tx.DB()), key...), []byte(event))
	}
	if flags&config.NotifyKeyevent != 0 {
		s.tell(tx, append(eventChannel("__keyevent@", tx.DB()), event...), key)
	}
}

// eventChannel is the first part of a channel's name.
func eventChannel(kind string, db int) []byte {
	name := append(make([]byte, 0, 64), kind...)
	return append(strconv.AppendInt(name, int64(db), 10), "__:"...)
}

// tell publishes when the unit ends.
func (s *Server) tell(tx *store.Tx, channel, message []byte) {
	if d := s.pubsub.Prepare(pubsub.Channel, channel, message); d.Receivers() > 0 {
		tx.AtEnd(d.Send)
	}
}
