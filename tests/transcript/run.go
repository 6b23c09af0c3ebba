package transcript

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/miniredisd/miniredisd/tests/wire"
)

// Target is a server that a transcript is run against.
type Target struct {
	Dial    func() (net.Conn, error)
	Advance func(time.Duration)
	Proto   int    // that clients begin with: 2 or 3
	Version string // of Redis, when it is one; "" compares everything
}

// Result is what one step brought.
type Result struct {
	*Step
	Got   wire.Value
	Proto int // that the client spoke
	// Wrong says what is not as expected, "" if all is.
	Wrong string
}

// silence is how long nothing must arrive for a reply to be taken as not coming.
const silence = 20 * time.Millisecond

// Run plays the transcript. The error is that of a connection; what was expected and did not come is in the results.
func (f *File) Run(t Target) (results []Result, err error) {
	r := runner{Target: t, clients: map[string]*client{}, version: version(t.Version)}
	defer r.close()
	for _, s := range f.Steps {
		if s.Clock != 0 {
			t.Advance(s.Clock)
			continue
		}
		res, err := r.step(s)
		if err != nil {
			return results, fmt.Errorf("%s:%d: %q: %w", f.Path, s.Line, s.Args, err)
		}
		results = append(results, res)
	}
	return results, nil
}

// runner holds the clients of a transcript.
type runner struct {
	Target
	clients map[string]*client
	version int
}

// client is one connection.
type client struct {
	*wire.Conn
	id    string
	proto int
}

func (r *runner) close() {
	for _, c := range r.clients {
		c.Close()
	}
}

// client returns the connection of that name, a new one if there is none.
func (r *runner) client(name string) (*client, error) {
	if c := r.clients[name]; c != nil {
		return c, nil
	}
	conn, err := r.Dial()
	if err != nil {
		return nil, err
	}
	c := &client{Conn: wire.New(conn), proto: 2}
	r.clients[name] = c
	v, err := c.Do("CLIENT", "ID")
	if err != nil {
		return nil, err
	}
	c.id = v.Text
	if r.Proto == 3 {
		if v, err = c.Do("HELLO", "3"); err == nil && v.Kind != wire.Error {
			c.proto = 3
		}
	}
	return c, err
}

func (r *runner) step(s *Step) (Result, error) {
	res := Result{Step: s}
	c, err := r.client(s.Client)
	if err != nil {
		return res, err
	}
	if s.Args != nil {
		args, err := r.fill(s.Args)
		if err != nil {
			return res, err
		}
		c.Send(args...)
		if err := c.Flush(); err != nil {
			return res, err
		}
	}
	compared := r.Version == "" || !s.Differs && r.version >= version(s.Since)
	res.Proto = c.proto
	switch {
	case s.None:
		return res, nil
	case s.Waits:
		if !c.Silent(silence) && compared {
			res.Wrong = "a reply came at once"
		}
		return res, nil
	case s.Args == nil && s.Closed && len(s.Reply) == 0:
		if !r.ended(s.Client) && compared {
			res.Wrong = "the connection is still open"
		}
		return res, nil
	}
	if s.Args == nil && !compared && c.Silent(silence) {
		return res, nil // that version has no more to say
	}
	if res.Got, err = c.Receive(); err != nil {
		return res, err
	}
	c.follow(s.Args, res.Got)
	res.Proto = c.proto
	if compared {
		res.Wrong = s.compare(res.Got, c.proto)
	}
	if s.Closed && !r.ended(s.Client) && compared {
		res.Wrong += " the connection is still open"
	}
	return res, nil
}

// ended waits for the end of a client's connection, and forgets the client.
func (r *runner) ended(name string) bool {
	c := r.clients[name]
	_, err := c.Receive()
	c.Close()
	delete(r.clients, name)
	var timeout net.Error
	return err != nil && !(errors.As(err, &timeout) && timeout.Timeout())
}

func (s *Step) compare(got wire.Value, proto int) string {
	switch p := s.Reply[proto]; {
	case p == nil:
		return "no reply is written down"
	case !p.Match(got, proto):
		return "another reply is written down"
	}
	return ""
}

// follow takes notice when the client changes its protocol.
func (c *client) follow(args []string, reply wire.Value) {
	switch {
	case len(args) == 0 || reply.Kind == wire.Error:
	case strings.EqualFold(args[0], "RESET"):
		c.proto = 2
	case strings.EqualFold(args[0], "HELLO") && len(args) > 1:
		c.proto, _ = strconv.Atoi(args[1])
	}
}

// fill puts the clients' IDs and addresses into a request.
func (r *runner) fill(args []string) ([]string, error) {
	filled := make([]string, len(args))
	for i, a := range args {
		filled[i] = a
		what, name, ok := strings.Cut(strings.Trim(a, "{}"), ":")
		if !ok || !strings.HasPrefix(a, "{") || !strings.HasSuffix(a, "}") {
			continue
		}
		c, err := r.client(name)
		if err != nil {
			return nil, err
		}
		switch what {
		case "id":
			filled[i] = c.id
		case "addr":
			filled[i] = c.LocalAddr().String()
		}
	}
	return filled, nil
}

// version makes versions comparable; "" is less than any.
func version(s string) int {
	n := 0
	for i, part := range append(strings.Split(s, "."), "0", "0")[:3] {
		v, _ := strconv.Atoi(part)
		n += v << (20 - 10*i)
	}
	return n
}

// Report describes what went wrong in a run, "" if nothing did.
func (f *File) Report(results []Result) string {
	var b bytes.Buffer
	for _, r := range results {
		if r.Wrong == "" {
			continue
		}
		fmt.Fprintf(&b, "\n%s:%d: RESP%d: %s\n  request  %s> %s\n", f.Path, r.Line, r.Proto, strings.TrimSpace(r.Wrong), r.Client, strings.Join(quoteAll(r.Args), " "))
		if r.Got.Kind != 0 {
			fmt.Fprintf(&b, "  got      %s\n", strings.ReplaceAll(Format(r.Got), "\n", "\n           "))
		}
		fmt.Fprintf(&b, "  expected %s\n", strings.Join(f.lines[r.from:r.to], "\n           "))
	}
	return b.String()
}

func quoteAll(args []string) []string {
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = a
		if a == "" || !isPlain(a) || strings.ContainsAny(a, ` "'`) {
			quoted[i] = Quote(a)
		}
	}
	return quoted
}

// Corrections compares the results of runs in RESP2 and RESP3, and writes expectations for the steps where either is
// wrong. Steps for which the server is no judge stay as they are.
func Corrections(two, three []Result) map[*Step]string {
	replies := map[*Step]string{}
	for i, a := range two {
		if i >= len(three) {
			break
		}
		b := three[i]
		if a.Wrong == "" && b.Wrong == "" || a.Got.Kind == 0 || b.Got.Kind == 0 {
			continue
		}
		text, ok := Format(b.Got), a.Proto == b.Proto
		if !ok {
			text, ok = Join(a.Got, b.Got)
		}
		if !ok {
			text = "2| " + Format(a.Got) + "\n3| " + Format(b.Got)
		}
		replies[a.Step] = text
	}
	return replies
}
