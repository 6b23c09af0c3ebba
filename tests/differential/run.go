package differential

// How a sequence is run on two servers at a time.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/tests/transcript"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// Databases is how many databases the servers must have, and MaxBulk their proto-max-bulk-len in bytes: strings
// beyond it are refused.
const (
	Databases = 4
	MaxBulk   = 1 << 20
)

// Options are what both servers need on their command lines.
func Options() []string {
	return []string{"--databases", strconv.Itoa(Databases), "--proto-max-bulk-len", strconv.Itoa(MaxBulk), "--appendonly", "no"}
}

// side is one of the servers.
type side struct {
	addr string
	conn *wire.Conn
	// change, if set, falsifies replies: for tests of what finds it.
	change func(r Request, v wire.Value) wire.Value
}

// send runs requests in one pipeline and returns their replies. They end early where the connection does.
func (s *side) send(requests []Request) (replies []wire.Value, err error) {
	if s.conn == nil {
		if s.conn, err = wire.Dial(s.addr); err != nil {
			return nil, err
		}
	}
	conn, sent := s.conn, make(chan error, 1)
	go func() {
		for _, r := range requests {
			conn.Send(r...)
		}
		sent <- conn.Flush()
	}()
	replies = make([]wire.Value, 0, len(requests))
	for _, r := range requests {
		v, err := conn.Receive()
		if err != nil {
			conn.Close()
			s.conn = nil
			<-sent
			return replies, fmt.Errorf("no reply to %.200q: %w", r, err)
		}
		if s.change != nil {
			v = s.change(r, v)
		}
		replies = append(replies, v)
	}
	return replies, <-sent
}

// Pair is two servers that should be equal: redis is the one to go by.
type Pair struct {
	catalog     *Catalog
	redis, ours *side
	quiet       bool // nothing is counted
	Requests    int  // that were compared
	Errors      int  // of them, those that were refused
	ByName      map[string]*Count
}

// Count is how often a command was run and refused.
type Count struct{ Requests, Errors int }

// NewPair takes the servers' addresses, and what is run on them.
func NewPair(c *Catalog, redis, ours string) *Pair {
	return &Pair{catalog: c, redis: &side{addr: redis}, ours: &side{addr: ours}, ByName: map[string]*Count{}}
}

// Close ends the connections.
func (p *Pair) Close() {
	for _, s := range []*side{p.redis, p.ours} {
		if s.conn != nil {
			s.conn.Close()
		}
	}
}

// both runs requests on both servers at the same time.
func (p *Pair) both(requests []Request) (want, got []wire.Value, wantErr, gotErr error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		want, wantErr = p.redis.send(requests)
	}()
	got, gotErr = p.ours.send(requests)
	<-done
	return want, got, wantErr, gotErr
}

// defaults are the values of thresholds that a server starts with.
var defaults = [][2]string{{"hash-max-listpack-entries", "512"}, {"hash-max-listpack-value", "64"}, {"list-max-listpack-size", "-2"},
	{"list-compress-depth", "0"}, {"set-max-intset-entries", "512"}, {"zset-max-listpack-entries", "128"}, {"zset-max-listpack-value", "64"},
	{"hll-sparse-max-bytes", "3000"}, {"stream-node-max-entries", "100"}, {"stream-node-max-bytes", "4096"}}

// prologue makes both servers empty, with the sequence's options.
func prologue(s *Sequence) []Request {
	set := Request{"CONFIG", "SET"}
	for _, o := range defaults {
		for _, other := range s.Config {
			if other[0] == o[0] {
				o = other
			}
		}
		set = append(set, o[0], o[1])
	}
	return []Request{{"RESET"}, {"HELLO", strconv.Itoa(s.Proto)}, set, {"FLUSHALL"}}
}

// Run plays a sequence and returns the first difference, nil if there is none. An error is one of the connection to
// redis, which makes a comparison impossible.
func (p *Pair) Run(s *Sequence) (*Difference, error) {
	first := prologue(s)
	requests := append(first, p.catalog.requests(s)...)
	want, got, wantErr, gotErr := p.both(requests)
	if wantErr != nil {
		return nil, fmt.Errorf("redis: %w", wantErr)
	}
	for i := range first {
		if want[i].Kind == wire.Error || i < len(got) && got[i].Kind == wire.Error {
			return nil, fmt.Errorf("%q: redis %q, ours %q", first[i], want[i].Text, got[i].Text)
		}
	}
	j := &judge{registry: p.catalog.registry}
	for i := len(first); i < len(got); i++ {
		p.count(requests[i], got[i])
		if !j.same(requests[i], want[i], got[i]) {
			return &Difference{Request: requests[i], Want: transcript.Format(want[i]), Got: transcript.Format(got[i])}, nil
		}
	}
	if gotErr != nil {
		i := len(got)
		return &Difference{Request: requests[i], Want: transcript.Format(want[i]), Got: gotErr.Error()}, nil
	}
	return p.compareStates()
}

func (p *Pair) count(r Request, v wire.Value) {
	if p.quiet {
		return
	}
	name := strings.ToLower(r[0])
	if spec := p.catalog.registry.Lookup([]byte(name)); spec != nil && len(spec.Subcommands) > 0 && len(r) > 1 {
		name += "|" + strings.ToLower(r[1])
	}
	c := p.ByName[name]
	if c == nil {
		c = &Count{}
		p.ByName[name] = c
	}
	p.Requests++
	c.Requests++
	if v.Kind == wire.Error {
		p.Errors++
		c.Errors++
	}
}

// item is one key of one database.
type item struct{ db, key string }

// compareStates looks at all keys of both servers.
func (p *Pair) compareStates() (*Difference, error) {
	requests := []Request{{"DISCARD"}, {"UNWATCH"}}
	for db := range Databases {
		requests = append(requests, Request{"SELECT", strconv.Itoa(db)}, Request{"KEYS", "*"})
	}
	want, got, err := p.mustBoth(requests)
	if err != nil {
		return nil, err
	}
	var items []item
	for db := range Databases {
		i := 3 + 2*db
		a, b := sorted(nil, want[i]), sorted(nil, got[i])
		if !equal(a, b, 0) {
			return stateDifference(item{db: strconv.Itoa(db)}, requests[i], a, b), nil
		}
		for _, key := range a.Strings() {
			items = append(items, item{strconv.Itoa(db), key})
		}
	}
	if len(items) == 0 {
		return nil, nil
	}
	return p.compareItems(items)
}

// mustBoth is both for requests that a server cannot fail to answer.
func (p *Pair) mustBoth(requests []Request) (want, got []wire.Value, err error) {
	want, got, wantErr, gotErr := p.both(requests)
	switch {
	case wantErr != nil:
		return nil, nil, fmt.Errorf("redis: %w", wantErr)
	case gotErr != nil:
		return nil, nil, fmt.Errorf("ours: %w", gotErr)
	}
	return want, got, nil
}

// reads show the whole of a value, by its type.
var reads = map[string]func(key string) Request{
	"string": func(k string) Request { return Request{"GET", k} },
	"list":   func(k string) Request { return Request{"LRANGE", k, "0", "-1"} },
	"hash":   func(k string) Request { return Request{"HGETALL", k} },
	"set":    func(k string) Request { return Request{"SMEMBERS", k} },
	"zset":   func(k string) Request { return Request{"ZRANGE", k, "0", "-1", "WITHSCORES"} },
	"stream": func(k string) Request { return Request{"XINFO", "STREAM", k, "FULL", "COUNT", "0"} },
}

// compareItems compares type, encoding, time to live and content of each key.
func (p *Pair) compareItems(items []item) (*Difference, error) {
	var requests []Request
	for _, it := range items {
		requests = append(requests, Request{"SELECT", it.db}, Request{"TYPE", it.key}, Request{"OBJECT", "ENCODING", it.key}, Request{"PTTL", it.key})
	}
	want, got, err := p.mustBoth(requests)
	if err != nil {
		return nil, err
	}
	var contents []Request
	for i, it := range items {
		kind := want[4*i+1].Text
		for n := 1; n < 4; n++ {
			at := 4*i + n
			r := requests[at]
			j := judge{registry: p.catalog.registry}
			if !j.one(r, want[at], got[at]) || n == 2 && kind == "hash" && want[at].Text != got[at].Text {
				return stateDifference(it, r, want[at], got[at]), nil
			}
		}
		if read := reads[kind]; read != nil {
			contents = append(contents, Request{"SELECT", it.db}, read(it.key))
		}
	}
	return p.compareContents(contents)
}

// compareContents compares the replies to every second request; those between choose the database.
func (p *Pair) compareContents(requests []Request) (*Difference, error) {
	want, got, err := p.mustBoth(requests)
	if err != nil {
		return nil, err
	}
	j := judge{registry: p.catalog.registry}
	for i := 1; i < len(requests); i += 2 {
		if !j.one(requests[i], want[i], got[i]) {
			return stateDifference(item{db: requests[i-1][1]}, requests[i], want[i], got[i]), nil
		}
	}
	return nil, nil
}

func stateDifference(it item, r Request, want, got wire.Value) *Difference {
	return &Difference{Request: slices.Clone(r), DB: it.db, Want: transcript.Format(want), Got: transcript.Format(got)}
}
