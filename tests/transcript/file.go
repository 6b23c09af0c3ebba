// Package transcript reads, runs and rewrites transcripts: text files of requests and the replies expected.
//
//	# A comment.
//	@config maxmemory-policy allkeys-lfu
//
//	> SET k "v\x00" EX 10
//	+OK
//	> TTL k
//	:9..10
//	b> BLPOP l 0
//	(waits)
//	> RPUSH l x
//	:1
//	b<
//	["l" "x"]
//
// "> " begins a request, "name> " one by another client; words are quoted as in redis-cli, and {id:b} and {addr:b} stand
// for client b's ID and address. Each client has a connection of its own, made at its first mention. What follows, up to the next
// request, directive, comment or empty line, is the reply in the notation of Pattern; where RESP2's is no mere
// translation of RESP3's, "2| " and "3| " begin one each. "name<" awaits a further reply. In place of a reply may stand
// "(waits)" (none comes until something else happens) or "(none)" (none comes at all), and after one "(closed)": the
// server then ends the connection. "name<" with "(closed)" alone awaits that end.
//
// A paragraph ends at an empty line. Directives, of which the last two hold for the rest of their paragraph:
//
//	@config option value   the server is started with that option (before the first request)
//	@clock +1500ms         time passes; a real server sleeps
//	@redis 7.2             a real server older than that is not expected to reply so
//	@differs: reason       a real server is not expected to reply so at all
package transcript

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/miniredisd/miniredisd/resp"
)

// File is a transcript.
type File struct {
	Path   string
	Config [][]string // option and values
	Steps  []*Step
	lines  []string
}

// Step is one request, a wait for a further reply, or a passing of time.
type Step struct {
	Line   int // in the file, from 1
	Client string
	Args   []string      // nil when a further reply is awaited
	Clock  time.Duration // if not 0, the step is only that
	Expect
	Since   string // the version of Redis that replies so
	Differs bool   // no Redis replies so

	from, to int // the lines of the expectation
}

// Expect is what follows a request.
type Expect struct {
	// Reply by protocol version; nil when none is written down.
	Reply  map[int]*Pattern
	Waits  bool
	None   bool
	Closed bool
}

var clientLine = regexp.MustCompile(`^([a-z0-9]*)([<>])(?: (.*))?$`)

// ReadFile reads a transcript.
func ReadFile(path string) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := Parse(string(b))
	if f != nil {
		f.Path = path
	}
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	return f, nil
}

// Parse reads the text of a transcript.
func Parse(text string) (*File, error) {
	f := &File{lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	p := parser{File: f}
	for p.n < len(f.lines) {
		if err := p.line(); err != nil {
			return nil, fmt.Errorf("%d: %w", p.n+1, err)
		}
		p.n++
	}
	return f, nil
}

// parser reads a file line by line.
type parser struct {
	*File
	n       int // the line at hand
	since   string
	differs bool
}

func isComment(line string) bool { return line == "#" || strings.HasPrefix(line, "# ") }

// ends reports whether a line cannot be part of a reply.
func ends(line string) bool {
	return line == "" || isComment(line) || line[0] == '@' || clientLine.MatchString(line)
}

func (p *parser) line() error {
	line := p.lines[p.n]
	switch {
	case line == "":
		p.since, p.differs = "", false
		return nil
	case isComment(line):
		return nil
	case line[0] == '@':
		return p.directive(line[1:])
	}
	m := clientLine.FindStringSubmatch(line)
	if m == nil {
		return errors.New("neither a request nor a directive nor a comment")
	}
	s := &Step{Line: p.n + 1, Client: m[1], Since: p.since, Differs: p.differs, from: p.n + 1}
	if m[2] == ">" {
		words, err := resp.SplitArgs([]byte(m[3]))
		if err != nil {
			return err
		}
		for _, w := range words {
			s.Args = append(s.Args, string(w))
		}
		if len(s.Args) == 0 {
			return errors.New("an empty request")
		}
	} else if m[3] != "" {
		return errors.New("nothing may follow \"<\"")
	}
	for s.to = s.from; s.to < len(p.lines) && !ends(p.lines[s.to]); s.to++ {
	}
	p.Steps = append(p.Steps, s)
	err := s.Expect.parse(p.lines[s.from:s.to])
	p.n = s.to - 1
	return err
}

func (p *parser) directive(line string) error {
	words, err := resp.SplitArgs([]byte(line))
	if err != nil || len(words) < 2 {
		return errors.New("a directive without its argument")
	}
	arg := string(words[1])
	switch string(words[0]) {
	case "config":
		if len(words) < 3 || len(p.Steps) > 0 {
			return errors.New("@config option value stands before the first request")
		}
		var option []string
		for _, w := range words[1:] {
			option = append(option, string(w))
		}
		p.Config = append(p.Config, option)
	case "clock":
		d, err := time.ParseDuration(arg)
		if err != nil || d <= 0 {
			return errors.New("@clock takes a duration, as +1500ms")
		}
		p.Steps = append(p.Steps, &Step{Line: p.n + 1, Clock: d, from: p.n + 1, to: p.n + 1})
	case "redis":
		p.since = arg
	case "differs:":
		p.differs = true
	default:
		return fmt.Errorf("unknown directive @%s", words[0])
	}
	return nil
}

// parse reads the lines of an expectation.
func (e *Expect) parse(lines []string) error {
	if n := len(lines); n > 0 && lines[n-1] == "(closed)" {
		e.Closed, lines = true, lines[:n-1]
	}
	text := strings.Join(lines, "\n")
	e.Reply = map[int]*Pattern{}
	switch {
	case text == "":
		return nil
	case text == "(waits)":
		e.Waits = true
		return nil
	case text == "(none)":
		e.None = true
		return nil
	}
	if rest, ok := strings.CutPrefix(text, "2| "); ok {
		two, three, ok := strings.Cut(rest, "\n3| ")
		if !ok {
			return errors.New(`"2| " without "3| "`)
		}
		return errors.Join(e.set(two, 2), e.set(three, 3))
	}
	return e.set(text, 2, 3)
}

func (e *Expect) set(text string, protos ...int) error {
	p, err := ParsePattern(text)
	for _, proto := range protos {
		e.Reply[proto] = &p
	}
	return err
}

// Rewrite returns the transcript's text with other expectations: those that replies has an entry for.
func (f *File) Rewrite(replies map[*Step]string) string {
	var b strings.Builder
	at := 0
	for _, s := range f.Steps {
		text, ok := replies[s]
		if !ok {
			continue
		}
		for _, line := range f.lines[at:s.from] {
			b.WriteString(line + "\n")
		}
		b.WriteString(text + "\n")
		if s.Closed {
			b.WriteString("(closed)\n")
		}
		at = s.to
	}
	for _, line := range f.lines[at:] {
		b.WriteString(line + "\n")
	}
	return b.String()
}
