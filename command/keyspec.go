package command

// Which arguments are keys: in the declaration, for locks, COMMAND GETKEYS and access rules.

import (
	"errors"

	"github.com/miniredisd/miniredisd/store"
)

// KeyFlags say what a command does with a key, as COMMAND INFO shows it.
type KeyFlags uint16

// What a command does with the key itself, then with the data of users in it.
const (
	RO KeyFlags = 1 << iota // reads the value
	RW                      // reads and changes
	OW                      // overwrites, whatever was there
	RM                      // removes
	Access
	Update
	Insert
	Delete
	NotKey        // in a key's place, but routed only (SPUBLISH's channel)
	Incomplete    // there may be more keys than this says
	VariableFlags // arguments may change the flags
)

var keyFlagNames = [...]string{"RO", "RW", "OW", "RM", "access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags"}

// Names lists the flags as COMMAND INFO shows them.
func (f KeyFlags) Names() []string {
	var names []string
	for i, n := range keyFlagNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// KeySpec tells where a group of keys stands: where to begin, and how to go on from there.
type KeySpec struct {
	Flags KeyFlags
	Notes string

	// Begin: at argument Index, or behind the word Keyword, searched from StartFrom on (negative: from the end).
	Index     int
	Keyword   string
	StartFrom int

	// Find: a range up to Last (relative to the begin; negative counts from the end of all arguments, -1 being the
	// last), every Step-th argument, of the arguments there are 1/Limit (0 and 1: all). Or, with KeyNum, a number at
	// NumAt says how many keys follow from FirstAt on, both relative to the begin.
	Last, Step, Limit int
	KeyNum            bool
	NumAt, FirstAt    int
}

// KeyAt is the spec of one key at argument i.
func KeyAt(i int, flags KeyFlags) []KeySpec { return []KeySpec{{Flags: flags, Index: i, Step: 1}} }

// KeysFrom is the spec of keys at argument i and every step-th one behind it up to the last.
func KeysFrom(i, step int, flags KeyFlags) []KeySpec {
	return []KeySpec{{Flags: flags, Index: i, Last: -1, Step: step}}
}

// KeyRef is one key of a call.
type KeyRef struct {
	Pos   int // index among the arguments
	Flags KeyFlags
}

var errBadKeys = errors.New("Invalid arguments specified for command")

// KeysOf lists the keys of a call, by declaration. The arity must fit.
func (s *Spec) KeysOf(args [][]byte) ([]KeyRef, error) {
	if s.FindKeys != nil {
		return s.FindKeys(args)
	}
	var refs []KeyRef
	for i := range s.Keys {
		flags := s.Keys[i].Flags
		if flags&VariableFlags != 0 && s.KeyFlags != nil {
			flags = s.KeyFlags(args)
		}
		ok := s.Keys[i].each(args, func(pos int) { refs = append(refs, KeyRef{pos, flags}) })
		if !ok {
			return nil, errBadKeys
		}
	}
	return refs, nil
}

// EachKey visits the keys of a call. The arguments may not fit: then there are none.
func (s *Spec) EachKey(args [][]byte, visit func(key []byte)) {
	if s.single != 0 {
		visit(args[s.single])
		return
	}
	refs, _ := s.KeysOf(args)
	for _, r := range refs {
		visit(args[r.Pos])
	}
}

// Brings reports whether one of the keys that a call may put something into is in the set that wanted tells. The arguments may
// not fit: then there are no keys.
func (s *Spec) Brings(args [][]byte, wanted func(key []byte) bool) bool {
	if s.single != 0 {
		return s.Keys[0].Flags&(Insert|Update) != 0 && wanted(args[s.single])
	}
	refs, _ := s.KeysOf(args)
	for _, r := range refs {
		if r.Flags&(Insert|Update) != 0 && wanted(args[r.Pos]) {
			return true
		}
	}
	return false
}

// each visits the positions of the keys; false when the arguments do not fit the declaration.
func (k *KeySpec) each(args [][]byte, visit func(pos int)) bool {
	begin := k.Index
	if k.Keyword != "" {
		if begin = k.findKeyword(args); begin == 0 {
			return true
		}
	}
	first, last, step := begin, begin+k.Last, max(k.Step, 1)
	switch {
	case k.KeyNum:
		if begin+k.NumAt >= len(args) {
			return false
		}
		n, ok := store.ParseInt(args[begin+k.NumAt])
		if !ok || n < 0 || n > int64(len(args)) {
			return false
		}
		first = begin + k.FirstAt
		last = first + (int(n)-1)*step
	case k.Last < 0:
		last = len(args) + k.Last
		if k.Limit > 1 {
			last = begin + (len(args)-begin)/k.Limit + k.Last
		}
	}
	if last >= len(args) || last < first { // it wants one key at least
		return false
	}
	for pos := first; pos <= last; pos += step {
		visit(pos)
	}
	return true
}

func (k *KeySpec) findKeyword(args [][]byte) int {
	from, by := k.StartFrom, 1
	if from < 0 {
		from, by = len(args)+from, -1
	}
	for i := from; i > 0 && i < len(args); i += by {
		if EqualFold(args[i], k.Keyword) {
			return i + 1
		}
	}
	return 0
}

// Legacy are the three numbers that older clients read: first key, last key (negative from the end), step.
func (s *Spec) Legacy() (first, last, step int) {
	for i := range s.Keys {
		k := &s.Keys[i]
		if k.Keyword != "" || k.KeyNum || k.Flags&NotKey != 0 && s.Group != PubSub {
			continue
		}
		kl := k.Last
		if kl >= 0 {
			kl += k.Index
		}
		if first == 0 {
			first, last, step = k.Index, kl, max(k.Step, 1)
			continue
		}
		if k.Index == last+1 { // goes on where the keys so far end
			last = kl
		}
	}
	return first, last, step
}

// Plan says which locks a call needs, by its keys.
func (s *Spec) Plan(args [][]byte) store.Mode {
	if s.single != 0 {
		return store.Mode{Locks: store.LockSet(0).Add(args[s.single])}
	}
	if s.Flags&(Exclusive|LockAll) != 0 {
		return store.Mode{Exclusive: s.Flags&Exclusive != 0, Locks: store.AllShards}
	}
	var set store.LockSet
	if s.FindKeys == nil {
		for i := range s.Keys {
			// Arguments that do not fit are the handler's to complain about; it reads no key then.
			s.Keys[i].each(args, func(pos int) { set = set.Add(args[pos]) })
		}
		return store.Mode{Locks: set}
	}
	refs, _ := s.FindKeys(args)
	for _, r := range refs {
		set = set.Add(args[r.Pos])
	}
	return store.Mode{Locks: set}
}
