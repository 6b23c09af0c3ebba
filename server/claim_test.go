package server

// XREADGROUP … CLAIM that waits: what is pending becomes old enough while nobody does anything.

import (
	"bufio"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/clock"
)

// entry is the reply of XREADGROUP … CLAIM with one entry of the stream x.
func entry(id, idle, deliveries string) []string {
	return []string{"*1", "*2", "$1", "x", "*1", "*4", "$3", id, "*2", "$1", "f", "$1", "v", idle, deliveries}
}

// deliver makes a group g of the stream x in which a client that has gone has got the entries of the ids.
func deliver(p *peer, ids ...string) {
	p.send("XGROUP CREATE x g $ MKSTREAM")
	for _, id := range ids {
		p.send("XADD x " + id + " f v")
	}
	p.send("XREADGROUP GROUP g gone STREAMS x >", "PING start")
	p.skipTo("start")
}

func TestClaimedWhenItIsOldEnough(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	p := dial(t, s)
	deliver(p, "1-1")
	manual.Advance(40 * time.Millisecond)
	first := dial(t, s).begin(s, "XREADGROUP GROUP g a BLOCK 0 CLAIM 100 STREAMS x >")
	second := dial(t, s).begin(s, "XREADGROUP GROUP g b BLOCK 0 CLAIM 100 STREAMS x >")
	brief := dial(t, s).begin(s, "XREADGROUP GROUP g c BLOCK 59 CLAIM 100 STREAMS x >")
	manual.Advance(59 * time.Millisecond)
	brief.expect("*-1")
	manual.Advance(time.Millisecond)
	first.expect(entry("1-1", ":100", ":1")...)
	waitWaiting(t, s, 1)
	manual.Advance(99 * time.Millisecond)
	require.Equal(t, 1, s.deadlines.len(), "which is to look again when the other has had it for too long")
	manual.Advance(time.Millisecond)
	second.expect(entry("1-1", ":100", ":2")...)
	require.Zero(t, s.deadlines.len())
}

// An entry that comes while a client waits is given to another, who lets it lie.
func TestClaimedFromWhoWaitedToo(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	p := dial(t, s)
	deliver(p)
	first := dial(t, s).begin(s, "XREADGROUP GROUP g a BLOCK 0 CLAIM 100 STREAMS x >")
	second := dial(t, s).begin(s, "XREADGROUP GROUP g b BLOCK 0 CLAIM 100 STREAMS x >")
	require.Zero(t, s.deadlines.len())
	p.do("XADD x 1-1 f v", "$3", "1-1")
	first.expect(entry("1-1", ":0", ":0")...)
	manual.Advance(100 * time.Millisecond)
	second.expect(entry("1-1", ":100", ":1")...)
}

func TestNothingLeftToClaim(t *testing.T) {
	for gone, end := range map[string]string{"XACK x g 1-1": ":1", "XDEL x 1-1": ":1"} {
		manual := clock.NewManual(time.Unix(1_000_000, 0))
		s := startWith(t, manual)
		p := dial(t, s)
		deliver(p, "1-1")
		q := dial(t, s).begin(s, "XREADGROUP GROUP g a BLOCK 1000 CLAIM 100 STREAMS x >")
		p.do(gone, end)
		manual.Advance(999 * time.Millisecond)
		waitWaiting(t, s, 1)
		require.Equal(t, 1, s.deadlines.len(), gone)
		manual.Advance(time.Millisecond)
		q.expect("*-1")
		require.Zero(t, s.deadlines.len(), gone)
	}
}

// The one that was waiting is let look again in the end: at the same time its own has run out.
func TestClaimedAtTheLastMoment(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	p := dial(t, s)
	deliver(p, "1-1")
	q := dial(t, s).begin(s, "XREADGROUP GROUP g a BLOCK 100 CLAIM 100 STREAMS x >")
	r := dial(t, s).begin(s, "XREADGROUP GROUP g b BLOCK 100 CLAIM 100 STREAMS x >")
	manual.Advance(100 * time.Millisecond)
	q.expect(entry("1-1", ":100", ":1")...)
	r.expect("*-1")
	p.do("XPENDING x g", "*4", ":1", "$3", "1-1", "$3", "1-1", "*1", "*2", "$1", "a", "$1", "1")
	require.Zero(t, s.deadlines.len())
}

// An old entry of a stream wakes who waits for it beside others.
func TestClaimedOfOneStream(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	p := dial(t, s)
	deliver(p, "1-1")
	p.do("XGROUP CREATE y g $ MKSTREAM", "+OK")
	manual.Advance(50 * time.Millisecond)
	p.do("XADD y 2-1 f v", "$3", "2-1")
	p.send("XREADGROUP GROUP g gone STREAMS y >", "PING read")
	p.skipTo("read")
	q := dial(t, s).begin(s, "XREADGROUP GROUP g a BLOCK 0 CLAIM 100 STREAMS y x > >")
	manual.Advance(50 * time.Millisecond)
	q.expect(entry("1-1", ":100", ":1")...)
	p.do("XACK x g 1-1", ":1")
	q.begin(s, "XREADGROUP GROUP g a BLOCK 0 CLAIM 100 STREAMS y x > >")
	q.Close()
	waitWaiting(t, s, 0)
	require.Zero(t, s.deadlines.len(), "who has gone is not let look again")
}

// Consumers of which each lets every other entry lie: in the end all entries are acknowledged, and nobody waits for ever.
func TestClaimingAmongMany(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	deliver(p)
	const entries, consumers = 300, 6
	var acked atomic.Int64
	var all sync.WaitGroup
	for i := range consumers {
		c := dial(t, s)
		all.Go(func() {
			in, read := bufio.NewReader(c), 0
			for acked.Load() < entries {
				fmt.Fprintf(c, "XREADGROUP GROUP g c%d BLOCK 20 CLAIM 3 COUNT 1 STREAMS x >\r\n", i)
				id, ok := readEntry(in)
				if !ok {
					return
				}
				if read++; id == "" || read%2 == 0 {
					continue
				}
				fmt.Fprintf(c, "XACK x g %s\r\n", id)
				reply, err := in.ReadString('\n')
				if err != nil {
					return
				}
				acked.Add(int64(reply[1] - '0'))
			}
		})
	}
	for i := range entries {
		p.do(fmt.Sprintf("XADD x %d-1 f v", i+1), fmt.Sprintf("$%d", len(fmt.Sprint(i+1))+2), fmt.Sprintf("%d-1", i+1))
	}
	all.Wait()
	require.EqualValues(t, entries, acked.Load())
	p.do("XPENDING x g", "*4", ":0", "$-1", "$-1", "*-1")
	waitWaiting(t, s, 0)
	require.Zero(t, s.deadlines.len())
}

// readEntry reads the reply of an XREADGROUP … CLAIM and returns the id of its entry, "" when there is none.
func readEntry(in *bufio.Reader) (id string, ok bool) {
	const idLine, lines = 7, 15 // of a reply with one entry of one field
	for i := range lines {
		line, err := in.ReadString('\n')
		switch {
		case err != nil:
			return "", false
		case line == "*-1\r\n":
			return "", true
		case i == idLine:
			id = strings.TrimSpace(line)
		}
	}
	return id, true
}
