package differential

// How a sequence that shows a difference is made short: by leaving out calls, then arguments, then by putting plain
// words in the place of what is left. Whatever shows a difference is kept, be it another one.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miniredisd/miniredisd/tests/transcript"
)

// confirmations is how often a difference must show again to be taken for one; maxRuns is how many runs a shrinking
// may take.
const (
	confirmations = 3
	maxRuns       = 4000
)

// Confirm reports whether a difference shows again and again.
func (p *Pair) Confirm(s *Sequence) (bool, error) {
	p.quiet = true
	defer func() { p.quiet = false }()
	for range confirmations {
		d, err := p.Run(s)
		if d == nil || err != nil {
			return false, err
		}
	}
	return true, nil
}

// shrinker holds the shortest sequence so far.
type shrinker struct {
	pair *Pair
	best *Sequence
	diff *Difference
	runs int
	err  error
}

// Shrink makes a sequence that shows a difference as short as it can.
func (p *Pair) Shrink(s *Sequence, d *Difference) (*Sequence, *Difference, error) {
	p.quiet = true
	defer func() { p.quiet = false }()
	sh := &shrinker{pair: p, best: s, diff: d}
	for before := -1; before != sh.size() && sh.runs < maxRuns && sh.err == nil; {
		before = sh.size()
		sh.config()
		sh.calls()
		sh.arguments()
		sh.words()
	}
	return sh.best, sh.diff, sh.err
}

func (sh *shrinker) size() int {
	n := len(sh.best.Config)
	for _, r := range sh.best.Calls {
		n += 1
		for _, arg := range r {
			n += 1 + len(arg)
		}
	}
	return n
}

// try takes a sequence for the best one if it shows a difference.
func (sh *shrinker) try(s *Sequence) bool {
	if sh.err != nil || sh.runs >= maxRuns {
		return false
	}
	sh.runs++
	for i, r := range s.Calls {
		if e := sh.pair.catalog.find(r); e != nil {
			s.Calls[i] = sh.pair.catalog.harmless(e, r)
		}
	}
	d, err := sh.pair.Run(s)
	if err != nil {
		sh.err = err
	}
	if d == nil || err != nil {
		return false
	}
	sh.best, sh.diff = s, d
	return true
}

func (sh *shrinker) config() {
	if sh.best.Proto == 3 {
		s := sh.best.clone()
		s.Proto = 2
		sh.try(s)
	}
	for i := len(sh.best.Config) - 1; i >= 0; i-- {
		s := sh.best.clone()
		s.Config = slices.Delete(s.Config, i, i+1)
		sh.try(s)
	}
}

// calls leaves out runs of calls, first long ones, from the end on.
func (sh *shrinker) calls() {
	for n := len(sh.best.Calls); n > 0; n /= 2 {
		for at := len(sh.best.Calls) - n; at > -n; at -= n {
			s := sh.best.clone()
			from, to := max(at, 0), min(at+n, len(s.Calls))
			if from >= to {
				continue
			}
			s.Calls = slices.Delete(s.Calls, from, to)
			sh.try(s)
		}
	}
}

// arguments leaves out arguments, two at a time and then one.
func (sh *shrinker) arguments() {
	for i := range sh.best.Calls {
		for width := 2; width > 0; width-- {
			for at := len(sh.best.Calls[i]) - width; at > 0; at-- {
				if at+width > len(sh.best.Calls[i]) {
					continue
				}
				s := sh.best.clone()
				s.Calls[i] = slices.Delete(s.Calls[i], at, at+width)
				sh.try(s)
			}
		}
	}
}

// words replaces arguments in the whole sequence, so that keys stay the same ones.
func (sh *shrinker) words() {
	seen := map[string]bool{}
	for _, r := range sh.best.Calls {
		for _, arg := range r[1:] {
			if seen[arg] {
				continue
			}
			seen[arg] = true
			for _, other := range simpler(arg) {
				if sh.try(replaced(sh.best, arg, other)) {
					break
				}
			}
		}
	}
}

// simpler lists what an argument may be replaced by: shorter, or at least plainer.
func simpler(arg string) []string {
	var list []string
	if len(arg) > 1 {
		list = append(list, "a", "1", arg[:len(arg)/2], arg[:len(arg)-1])
	}
	return list
}

func replaced(s *Sequence, arg, other string) *Sequence {
	c := s.clone()
	for _, r := range c.Calls {
		for i := 1; i < len(r); i++ {
			if r[i] == arg {
				r[i] = other
			}
		}
	}
	return c
}

// Transcript writes a sequence ready to paste into a transcript, with redis's replies, and says what ours are.
func (p *Pair) Transcript(s *Sequence, d *Difference) (string, error) {
	requests := p.catalog.requests(s)
	if d.DB != "" {
		requests = append(requests, Request{"SELECT", d.DB}, d.Request)
	}
	first := prologue(s)
	want, got, wantErr, gotErr := p.both(append(first, requests...))
	if wantErr != nil {
		return "", wantErr
	}
	want = want[len(first):]
	got = got[min(len(first), len(got)):]
	var b strings.Builder
	fmt.Fprintf(&b, "# -seed %d -first %d, RESP%d\n", s.Seed, s.Index, s.Proto)
	for _, o := range s.Config {
		fmt.Fprintf(&b, "@config %s %s\n", o[0], o[1])
	}
	b.WriteString("\n")
	shown, j := false, &judge{registry: p.catalog.registry}
	for i, r := range requests {
		if d.DB == "0" && len(requests)-i == 2 {
			continue // chosen anyway
		}
		fmt.Fprintf(&b, "> %s\n%s\n", quoted(r), transcript.Format(want[i]))
		switch {
		case i < len(got) && (!j.same(r, want[i], got[i]) || d.DB != "" && i == len(requests)-1 && !equal(want[i], got[i], 0)):
			shown = true
			fmt.Fprintf(&b, "# ours: %s\n", strings.ReplaceAll(transcript.Format(got[i]), "\n", "\n#       "))
		case i == len(got):
			shown = true
			fmt.Fprintf(&b, "# ours: %v\n", gotErr)
		}
	}
	if !shown {
		fmt.Fprintf(&b, "# not always; before:\n# > %s\n", strings.ReplaceAll(d.String(), "\n", "\n# "))
	}
	return b.String(), nil
}

// quoted writes a request as a transcript has it.
func quoted(r Request) string {
	list := make([]string, len(r))
	for i, arg := range r {
		if list[i] = arg; arg == "" || strings.ContainsFunc(arg, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '\\' }) {
			list[i] = transcript.Quote(arg)
		}
	}
	return strings.Join(list, " ")
}
