package stream

// How many entries come before another one, as far as that can be told without counting: the entries are numbered as they
// were added, and the numbers of those at the ends are known as long as none between them was deleted.

// Deliver notes that an entry was delivered to a group. It reports whether the group had not come to it yet.
func (s *Stream) Deliver(g *Group, id ID) bool {
	if id.Compare(g.LastID) <= 0 {
		return false
	}
	if g.Read != Unknown && g.LastID.Compare(s.first) >= 0 && !s.deletedFrom(g.LastID) {
		g.Read++
	} else if s.state.Added != 0 {
		g.Read = s.NumberOf(id)
	}
	g.LastID = id
	return true
}

// Lag is how many entries the group has yet to read; ok is false when that cannot be told.
func (s *Stream) Lag(g *Group) (n int64, ok bool) {
	if s.length == 0 {
		return 0, true
	}
	if g.LastID.Compare(s.first) < 0 && s.state.MaxDeleted.Compare(s.first) < 0 {
		return int64(s.length), true // what was deleted or trimmed lies before all that is there, and all of that is yet to be read
	}
	read := g.Read
	if read == Unknown || s.deletedFrom(g.LastID) {
		if read = s.NumberOf(g.LastID); read == Unknown {
			return 0, false
		}
	}
	return s.state.Added - read, true
}

// deletedFrom reports whether entries from an id on may have been deleted: the highest one that was is among them.
func (s *Stream) deletedFrom(id ID) bool {
	deleted := s.state.MaxDeleted
	return s.length > 0 && !deleted.IsZero() && id.Compare(deleted) <= 0
}

// NumberOf is the number of the entry with that id, or of the one before that place; Unknown when it cannot be told.
func (s *Stream) NumberOf(id ID) int64 {
	last := id.Compare(s.state.Last)
	switch {
	case s.state.Added == 0:
		return 0
	case s.length == 0 && last <= 0:
		return s.state.Added
	case !id.IsZero() && id.Compare(s.state.MaxDeleted) < 0:
		return Unknown
	case last == 0:
		return s.state.Added
	case last > 0:
		return Unknown
	}
	if deleted := s.state.MaxDeleted; deleted.IsZero() || deleted.Compare(s.first) < 0 {
		switch before := s.state.Added - int64(s.length); id.Compare(s.first) {
		case -1:
			return before
		case 0:
			return before + 1
		}
	}
	return Unknown
}
