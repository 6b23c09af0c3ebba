package linear

// What the server should be: a few strings with deadlines, a clock, and what each client watches. All of it is one value, and
// every operation takes one step: whoever explains a history by such steps has shown that it is linearizable.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/anishathalye/porcupine"
)

const (
	clients = 8
	keys    = 4
)

// operation is what a client does in one step: exactly one of the fields is set.
type operation struct {
	client int
	tick   bool       // moves the clock by a millisecond
	watch  []string   // keys that are watched from now on
	kept   bool       // the transaction behind watch was executed
	call   []string   // a command
	exec   [][]string // commands between MULTI and EXEC
}

// String shows it as one would type it.
func (o operation) String() string {
	switch {
	case o.tick:
		return "a millisecond passes"
	case o.watch != nil:
		return "WATCH " + strings.Join(o.watch, " ")
	case o.exec != nil:
		var b strings.Builder
		for _, call := range o.exec {
			b.WriteString(strings.Join(call, " ") + "; ")
		}
		return "MULTI; " + b.String() + "EXEC"
	}
	return strings.Join(o.call, " ")
}

// state is comparable, as the checker wants it: it remembers which states it has tried.
type state struct {
	now     int64 // ms since the epoch
	values  [keys]value
	watches [clients]watch
	broken  bool // something has changed that must not
}

type value struct {
	exists bool
	text   string
	until  int64 // on the clock of state.now; 0: for ever
}

// watch is what a client watches: a bit for each key until one of them has changed.
//
// How the transaction ended is known when the history is checked, and so whether a change is possible at all. The checker
// need not go on where it is not: else it would find out much later, after having tried everything in between.
type watch struct {
	keys    uint8
	kept    bool // nothing may change
	touched bool // something has
}

// Replies are told apart by these texts; others are the text itself.
const (
	null    = "(null)"
	aborted = "(aborted)"
)

// model is a state that begins at a time, and what happens to it.
func model(now int64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return state{now: now} },
		Step: func(before, input, output any) (bool, any) {
			s := before.(state)
			reply := s.step(input.(operation))
			return reply == output.(string) && !s.broken, s
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v → %v", input, output) },
		DescribeState:     func(s any) string { return s.(state).String() },
	}
}

// String shows what there is.
func (s state) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d ms", s.now)
	for i, v := range s.values {
		if v.exists {
			fmt.Fprintf(&b, "; k%d=%s", i, v.text)
		}
		if v.until != 0 {
			fmt.Fprintf(&b, " until %d", v.until)
		}
	}
	for i, w := range s.watches {
		switch {
		case w.touched:
			fmt.Fprintf(&b, "; client %d has seen a change", i)
		case w.keys != 0:
			fmt.Fprintf(&b, "; client %d watches %04b", i, w.keys)
		}
	}
	return b.String()
}

// step does what o says and returns the reply.
func (s *state) step(o operation) string {
	switch {
	case o.tick:
		s.pass()
		return ""
	case o.watch != nil:
		s.watches[o.client] = watch{kept: o.kept}
		for _, k := range o.watch {
			s.watches[o.client].keys |= 1 << index(k)
		}
		return "OK"
	case o.exec != nil:
		touched := s.watches[o.client].touched
		s.watches[o.client] = watch{}
		if touched {
			return aborted
		}
		var replies []string
		for _, call := range o.exec {
			replies = append(replies, s.do(call))
		}
		return fmt.Sprint(replies)
	}
	return s.do(o.call)
}

// pass lets a millisecond pass: keys go at their deadlines.
func (s *state) pass() {
	s.now++
	for i := range s.values {
		if s.values[i].until == s.now {
			s.set(i, value{})
		}
	}
}

func index(key string) int { return int(key[1] - '0') }

// set changes a key, which those see who watch it.
func (s *state) set(i int, v value) {
	s.values[i] = v
	for c, w := range s.watches {
		if w.keys&(1<<i) != 0 {
			s.broken = s.broken || w.kept
			s.watches[c] = watch{touched: true}
		}
	}
}

// do is a command and its reply.
func (s *state) do(call []string) string {
	args := call[1:]
	switch call[0] {
	case "MGET":
		var texts []string
		for _, k := range args {
			texts = append(texts, s.get(index(k)))
		}
		return fmt.Sprint(texts)
	case "MSET":
		for pair := range slices.Chunk(args, 2) {
			s.set(index(pair[0]), value{exists: true, text: pair[1]})
		}
		return "OK"
	case "DEL":
		n := 0
		for _, k := range args {
			n += s.remove(index(k))
		}
		return strconv.Itoa(n)
	case "RENAME":
		return s.rename(index(args[0]), index(args[1]))
	}
	return s.doOne(call[0], index(args[0]), args[1:])
}

// doOne is a command on one key.
func (s *state) doOne(name string, i int, args []string) string {
	v := s.values[i]
	switch name {
	case "GET":
		return s.get(i)
	case "SET":
		return s.store(i, args)
	case "GETDEL":
		text := s.get(i)
		s.remove(i)
		return text
	case "INCR":
		n, err := strconv.ParseInt(v.text, 10, 64)
		if v.exists && err != nil {
			return "ERR value is not an integer or out of range"
		}
		v.exists, v.text = true, strconv.FormatInt(n+1, 10)
		s.set(i, v)
		return v.text
	case "APPEND":
		v.exists, v.text = true, v.text+args[0]
		s.set(i, v)
		return strconv.Itoa(len(v.text))
	}
	return s.doDeadline(name, i, args)
}

// doDeadline is a command about a key's deadline.
func (s *state) doDeadline(name string, i int, args []string) string {
	v := s.values[i]
	switch {
	case name == "PTTL" && !v.exists, name == "PEXPIRETIME" && !v.exists:
		return "-2"
	case name == "PTTL" && v.until == 0, name == "PEXPIRETIME" && v.until == 0:
		return "-1"
	case name == "PEXPIRETIME":
		return strconv.FormatInt(v.until, 10)
	case name == "PTTL":
		return strconv.FormatInt(v.until-s.now, 10)
	case !v.exists || name == "PERSIST" && v.until == 0:
		return "0"
	case name == "PERSIST":
		v.until = 0
	default: // PEXPIRE, PEXPIREAT
		v.until = number(args[0])
		if name == "PEXPIRE" {
			v.until += s.now
		}
		if v.until <= s.now {
			v = value{}
		}
	}
	s.set(i, v)
	return "1"
}

func number(arg string) int64 {
	n, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func (s *state) get(i int) string {
	if !s.values[i].exists {
		return null
	}
	return s.values[i].text
}

// store is SET with a value and, perhaps, one of the options.
func (s *state) store(i int, args []string) string {
	v := value{exists: true, text: args[0]}
	switch {
	case len(args) == 1:
	case args[1] == "NX" && s.values[i].exists:
		return null
	case args[1] == "KEEPTTL":
		v.until = s.values[i].until
	case args[1] == "PXAT":
		v.until = number(args[2])
	case args[1] == "PX":
		v.until = s.now + number(args[2])
	}
	if v.until != 0 && v.until <= s.now {
		v = value{}
	}
	s.set(i, v)
	return "OK"
}

func (s *state) remove(i int) int {
	if !s.values[i].exists {
		return 0
	}
	s.set(i, value{})
	return 1
}

func (s *state) rename(from, to int) string {
	v := s.values[from]
	if !v.exists {
		return "ERR no such key"
	}
	s.set(from, value{})
	s.set(to, v)
	return "OK"
}
