package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var setIDSpecs = []command.Spec{
	{Name: "xsetid", Group: command.Stream, Summary: "Sets the last id of a stream, as a log needs it.", Since: "5.0.0",
		Complexity: "O(1)", Arity: -3, Flags: command.Write | command.DenyOOM | command.Fast,
		Syntax: "key last-id [ENTRIESADDED entries-added:integer] [MAXDELETEDID max-deleted-id]",
		Keys:   command.KeyAt(1, command.RW|command.Update), Run: xsetid},
}

func xsetid(c *command.Ctx) {
	last, ok := idArg(c, 2)
	if !ok {
		return
	}
	added, deleted := int64(-1), stream.ID{}
	for i := 3; i < len(c.Args); i += 2 {
		more := i+1 < len(c.Args)
		switch {
		case more && command.EqualFold(c.Args[i], "entriesadded"):
			if added, ok = c.Int(i + 1); !ok {
				return
			}
			if added < 0 {
				c.Out.Error("ERR entries_added must be positive")
				return
			}
		case more && command.EqualFold(c.Args[i], "maxdeletedid"):
			if deleted, ok = idArg(c, i+1); !ok {
				return
			}
			if last.Compare(deleted) < 0 {
				c.Out.Error("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
				return
			}
		default:
			c.Out.Error(command.ErrSyntax)
			return
		}
	}
	e := c.Tx.Write(c.Args[1])
	if e == nil {
		c.Out.Error(command.ErrNoKey)
		return
	}
	if !c.Want(e, store.StreamKind) {
		return
	}
	s := e.Stream()
	if problem := cannotSet(s, last, added); problem != "" {
		c.Out.Error(problem)
		return
	}
	c.Tx.AddDirty(1) // no change of the key for a WATCH, see changes
	st := s.State()
	st.Last = last
	if added >= 0 {
		st.Added = added
	}
	if !deleted.IsZero() {
		st.MaxDeleted = deleted
	}
	s.SetState(st)
	c.Tx.Notify(store.EventStream, "xsetid", c.Args[1])
	c.Out.OK()
}

// cannotSet says why the last id must not be set, or the number of entries added, if that is not negative.
func cannotSet(s *stream.Stream, last stream.ID, added int64) (problem string) {
	if last.Compare(s.State().MaxDeleted) < 0 {
		return "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id"
	}
	top, ok := s.LastEntry()
	switch {
	case !ok:
		return ""
	case last.Compare(top) < 0:
		return "ERR The ID specified in XSETID is smaller than the target stream top item"
	case added >= 0 && int64(s.Len()) > added:
		return "ERR The entries_added specified in XSETID is smaller than the target stream length"
	}
	return ""
}
