package stream

// References says what becomes of a deleted entry that is pending in groups.
type References uint8

// The choices of XDELEX, XACKDEL and of trimming.
const (
	KeepRefs  References = iota // it stays pending
	DropRefs                    // it is pending no more
	AckedOnly                   // it is not deleted, nor is one that a group has yet to read
)

// Trim says which entries to remove from the front: those before an id, or as many as are too many.
type Trim struct {
	ByID   bool
	MinID  ID
	MaxLen int
	// Approx removes whole blocks only.
	Approx bool
	// Limit is about how many entries may be removed at once; 0: any number.
	Limit int
	Refs  References
}

// Trim removes entries and returns how many. Before the first it calls before, unless that is nil. With Approx, stop is
// such an id that to remove all before it would have removed the same.
func (s *Stream) Trim(t Trim, before func()) (removed int, stop ID) {
	if before == nil {
		before = func() {}
	}
	at := s.blocks.begin()
	for s.blocks.valid(at) && (t.ByID || s.length > t.MaxLen) {
		b := s.blocks.at(at)
		base, count := b.key, readHeader(b.val).count
		if t.Limit > 0 && removed+count > t.Limit {
			break
		}
		whole := s.length-count >= t.MaxLen
		if t.ByID {
			whole = lastOf(b.val, base).Compare(t.MinID) < 0
		}
		if !whole && t.Approx {
			break
		}
		if whole && t.Refs == KeepRefs {
			if removed == 0 {
				before()
			}
			s.drop(base)
			s.length -= count
			removed += count
		} else {
			removed += s.trimBlock(at, t, removed == 0, before)
		}
		if at = s.behind(base); !whole && (t.ByID || t.Refs != AckedOnly) {
			break
		}
	}
	if removed > 0 {
		s.findFirst()
	}
	if !s.blocks.valid(at) {
		return removed, MaxID
	}
	return removed, s.blocks.at(at).key
}

// behind is the place of the block that follows the one of base, which may be gone.
func (s *Stream) behind(base ID) place {
	at, found := s.blocks.search(base)
	if found {
		at = s.blocks.next(at)
	}
	return at
}

// trimBlock removes entries of one block, and the block with the last, and returns how many. When they are the first of
// all, it calls before.
func (s *Stream) trimBlock(at place, t Trim, first bool, before func()) (removed int) {
	it := Iter{s: s, to: MaxID, at: at}
	it.open()
	for it.step() {
		if t.ByID && it.id.Compare(t.MinID) >= 0 || !t.ByID && s.length <= t.MaxLen {
			break
		}
		if it.flags&flagDeleted != 0 || t.Refs == AckedOnly && s.Referenced(it.id) {
			continue
		}
		if first && removed == 0 {
			before()
		}
		if t.Refs == DropRefs {
			s.Forget(it.id)
		}
		removed++
		if s.mark(at, it.flagsAt) {
			return removed
		}
		// The counts at the block's front may take more bytes now.
		grown := len(s.blocks.at(at).val) - len(it.lp)
		it.lp = s.blocks.at(at).val
		it.p += grown
	}
	return removed
}
