package store

import "github.com/miniredisd/miniredisd/store/ds/arena"

// handles are the entries that a Tx has handed out since the last command ended. They are told when a record moves or
// goes, so that a handler may go on with an entry after it has changed it, through whichever way.
type handles struct {
	n     int
	first [firstHandles]Entry
	more  [][]Entry // chunks of moreHandles; the first stays
	// made is the entry that the last value stored is shown with: a command that stores a million values must not leave
	// as many entries behind.
	made Entry
}

const (
	firstHandles = 4
	moreHandles  = 32
)

// entry hands out an entry for a record.
func (hs *handles) entry(ks *keyspace, ref arena.Ref) *Entry {
	var e *Entry
	if hs.n < firstHandles {
		e = &hs.first[hs.n]
	} else {
		chunk, i := (hs.n-firstHandles)/moreHandles, (hs.n-firstHandles)%moreHandles
		if chunk == len(hs.more) {
			hs.more = append(hs.more, make([]Entry, moreHandles))
		}
		e = &hs.more[chunk][i]
	}
	hs.n++
	*e = Entry{ks, ref}
	return e
}

// reset forgets all entries.
func (hs *handles) reset() {
	if hs.n > firstHandles {
		clear(hs.more[0])
		clear(hs.more[1:])
		hs.more = hs.more[:1]
	}
	clear(hs.first[:min(hs.n, firstHandles)]) // a keyspace that is flushed must not be kept
	hs.n, hs.made = 0, Entry{}
}

// moved tells the entries of a record where it is now; 0: it is gone.
func (hs *handles) moved(ks *keyspace, from, to arena.Ref) {
	old, now := Entry{ks, from}, Entry{ks, to}
	if hs.made == old {
		hs.made = now
	}
	for i := range min(hs.n, firstHandles) {
		if hs.first[i] == old {
			hs.first[i] = now
		}
	}
	for left, chunk := hs.n-firstHandles, 0; left > 0; left, chunk = left-moreHandles, chunk+1 {
		for i := range min(left, moreHandles) {
			if hs.more[chunk][i] == old {
				hs.more[chunk][i] = now
			}
		}
	}
}
