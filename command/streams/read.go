package streams

// XREAD and XREADGROUP: what is asked for. What is replied stands in serve.go.

import (
	"errors"
	"fmt"
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

const readComplexity = "O(N) for each stream, where N is the number of entries returned from it"

var readSpecs = []command.Spec{
	{Name: "xread", Group: command.Stream, Summary: "Returns the entries of several streams that come behind given ids.",
		Since: "5.0.0", Complexity: readComplexity, Arity: -4, Flags: command.Blocking | command.ReadOnly | command.MovableKeys,
		Syntax: "[COUNT count:integer] [BLOCK milliseconds:integer] STREAMS (key [key ...] 'ID' ['ID' ...])",
		Keys:   streamsFrom(1), Run: xread},
	{Name: "xreadgroup", Group: command.Stream, Since: "5.0.0", Complexity: readComplexity, Arity: -7,
		Summary: "Returns entries of several streams to a consumer of a group: new ones, or those that it has pending.",
		Flags:   command.Blocking | command.Write | command.MovableKeys,
		Syntax: "GROUP group-block:(group consumer) [COUNT count:integer] [BLOCK milliseconds:integer] [CLAIM min-idle-time:integer] [NOACK] " +
			"STREAMS (key [key ...] 'ID' ['ID' ...])",
		Keys: streamsFrom(4), FindKeys: groupKeys, Run: xreadgroup},
}

func streamsFrom(i int) []command.KeySpec {
	return []command.KeySpec{{Flags: command.RO | command.Access, Keyword: "STREAMS", StartFrom: i, Last: -1, Step: 1, Limit: 2}}
}

// groupKeys finds the keys of XREADGROUP where parseRead does: a group or a consumer may be called "streams".
func groupKeys(args [][]byte) ([]command.KeyRef, error) {
	for i := 1; i < len(args); i++ {
		switch arg := args[i]; {
		case command.EqualFold(arg, "group"):
			i += 2
		case command.EqualFold(arg, "count"), command.EqualFold(arg, "block"), command.EqualFold(arg, "claim"):
			i++
		case command.EqualFold(arg, "streams"):
			refs := make([]command.KeyRef, (len(args)-i-1)/2)
			for k := range refs {
				refs[k] = command.KeyRef{Pos: i + 1 + k, Flags: command.RO | command.Access}
			}
			return refs, nil
		}
	}
	return nil, errNoStreams
}

var errNoStreams = errors.New("the word STREAMS is missing")

// readRequest is what is asked of XREAD and XREADGROUP.
type readRequest struct {
	group, consumer []byte // of XREADGROUP
	count           int64  // 0: all
	block           int64  // how long to wait, in ms; 0: for ever; -1: not at all
	minIdle         int64  // what is pending for that long is claimed, in ms; -1: nothing is
	noAck           bool
	keys, ids       [][]byte
	claimAt         int64 // when something that is pending may have been so for minIdle; 0: never
}

const (
	onlyInGroups = "ERR The %s option is only supported by XREADGROUP. You called XREAD instead."
	meaningless  = "ERR The %s ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by " +
		"specifying a proper ID, or use the > ID to get new messages. The %s ID would just return an empty result set."
)

// parseRead reads the options; problem is the error to reply. How long to wait is checked by the handler.
func parseRead(args [][]byte, inGroup bool) (r readRequest, problem string) {
	r.block, r.minIdle = -1, -1
	for i := 1; i < len(args) && r.keys == nil; i++ {
		arg, more, ok := args[i], len(args)-i-1, true
		switch {
		case more >= 1 && command.EqualFold(arg, "block"):
			i++
			if r.block, problem = parseTimeout(args[i]); problem != "" {
				return r, problem
			}
		case more >= 1 && command.EqualFold(arg, "count"):
			i++
			if r.count, ok = store.ParseInt(args[i]); !ok {
				return r, command.ErrNotInt
			}
			r.count = max(r.count, 0)
		case more >= 1 && command.EqualFold(arg, "claim"):
			i++
			if problem = r.parseClaim(args[i], inGroup); problem != "" {
				return r, problem
			}
		case more >= 1 && command.EqualFold(arg, "streams"):
			if problem = r.parseStreams(args, i+1, inGroup); problem != "" {
				return r, problem
			}
		case more >= 2 && command.EqualFold(arg, "group"):
			if !inGroup {
				return r, fmt.Sprintf(onlyInGroups, "GROUP")
			}
			r.group, r.consumer = args[i+1], args[i+2]
			i += 2
		case command.EqualFold(arg, "noack"):
			if !inGroup {
				return r, fmt.Sprintf(onlyInGroups, "NOACK")
			}
			r.noAck = true
		default:
			return r, command.ErrSyntax
		}
	}
	switch {
	case r.keys == nil:
		return r, command.ErrSyntax
	case inGroup && r.group == nil:
		return r, "ERR Missing GROUP option for XREADGROUP"
	}
	return r, ""
}

// parseStreams reads the keys and their ids, which begin at argument i.
func (r *readRequest) parseStreams(args [][]byte, i int, inGroup bool) (problem string) {
	n := len(args) - i
	if n%2 == 1 {
		name, symbol := "xread", "$"
		if inGroup {
			name, symbol = "xreadgroup", ">"
		}
		return fmt.Sprintf("ERR Unbalanced '%s' list of streams: for each stream key an ID or '%s' must be specified.", name, symbol)
	}
	r.keys, r.ids = args[i:i+n/2], args[i+n/2:]
	return ""
}

func (r *readRequest) parseClaim(arg []byte, inGroup bool) (problem string) {
	if !inGroup {
		return fmt.Sprintf(onlyInGroups, "CLAIM")
	}
	n, ok := store.ParseInt(arg)
	switch {
	case !ok:
		return "ERR min-idle-time is not an integer or out of range"
	case n < 0:
		return "ERR min-idle-time must be a positive integer"
	}
	r.minIdle = n
	return ""
}

// parseTimeout reads how long to wait, in milliseconds.
func parseTimeout(arg []byte) (ms int64, problem string) {
	ms, ok := store.ParseInt(arg)
	switch {
	case !ok:
		return 0, "ERR timeout is not an integer or out of range"
	case ms < 0:
		return 0, "ERR timeout is negative"
	case ms > maxTimeout:
		return 0, "ERR timeout is out of range"
	}
	return ms, ""
}

// maxTimeout leaves room for the time now, as Redis adds it.
const maxTimeout = math.MaxInt64 - 1<<42

// newOnly is what the id ">" is to XREADGROUP: entries that were delivered to nobody.
var newOnly = stream.MaxID

// positions returns behind which id to read in each stream. It replies an error, and returns false, when there is one.
func (r *readRequest) positions(c *command.Ctx, ids []stream.ID) ([]stream.ID, bool) {
	for i, key := range r.keys {
		e := c.Tx.Read(key)
		if !c.Want(e, store.StreamKind) {
			return nil, false
		}
		s := streamOf(e)
		if r.group != nil && (s == nil || s.Group(r.group) == nil) {
			c.Out.Errorf(errNoGroup+" in XREADGROUP with GROUP option", key, r.group)
			return nil, false
		}
		id, problem := r.position(s, r.ids[i])
		if problem != "" {
			c.Out.Error(problem)
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

// position is the id behind which to read in a stream, which may be nil.
func (r *readRequest) position(s *stream.Stream, arg []byte) (id stream.ID, problem string) {
	symbol := byte(0)
	if len(arg) == 1 {
		symbol = arg[0]
	}
	switch {
	case (symbol == '$' || symbol == '+') && r.group != nil:
		return id, fmt.Sprintf(meaningless, arg, arg)
	case symbol == '$':
		if s != nil {
			id = s.State().Last
		}
		return id, ""
	case symbol == '+': // the last entry that there is
		if s != nil {
			if last, ok := s.LastEntry(); ok {
				id, _ = last.Prev()
			}
		}
		return id, ""
	case symbol == '>' && r.group == nil:
		return id, "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option."
	case symbol == '>':
		return newOnly, ""
	}
	id, ok := parseID(arg, 0)
	if !ok {
		return id, errID
	}
	return id, ""
}
