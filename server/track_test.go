package server

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/clock"
)

// hello3 is a peer that speaks RESP3.
func hello3(t *testing.T, s *Server) *peer {
	t.Helper()
	p := dial(t, s)
	p.send("HELLO 3", "ECHO ready")
	for head := ""; !strings.HasSuffix(head, "ready\r\n"); {
		b := make([]byte, 1)
		_, err := p.Read(b)
		require.NoError(t, err)
		head += string(b)
	}
	return p
}

var invalidK = []string{">2", "$10", "invalidate", "*1", "$1", "k"}

// allInvalid is the message about all keys.
var allInvalid = []string{">2", "$10", "invalidate", "_"}

func TestTrackingOverTheWire(t *testing.T) {
	s := startWith(t, nil)
	writer, reader := dial(t, s), hello3(t, s)
	reader.do("CLIENT TRACKING ON", "+OK")
	reader.do("GET k", "_")
	writer.do("SET k 1", "+OK")
	reader.expect(invalidK...)

	// Swapping databases may change any key.
	reader.do("GET k", "$1", "1")
	writer.do("SWAPDB 0 1", "+OK")
	reader.expect(allInvalid...)

	// A message goes out in the protocol that is spoken where it stands.
	reader.do("GET k", "_")
	writer.do("SET k 1", "+OK")
	reader.expect(invalidK...)
	reader.do("GET k", "$1", "1")
	reader.send("SET k 2", "HELLO 2", "PING")
	reader.expect("+OK")
	reader.expect(invalidK...)
	reader.send("ECHO end")
	require.Contains(t, reader.until("end\r\n"), "+PONG")
}

// until reads up to the end.
func (p *peer) until(end string) string {
	p.t.Helper()
	got, b := "", make([]byte, 1)
	for !strings.HasSuffix(got, end) {
		_, err := p.Read(b)
		require.NoError(p.t, err, got)
		got += string(b)
	}
	return got
}

// Who waits gets his reply before the message about what others have done to the keys in it.
func TestReplyOfAWaitComesBeforeMessages(t *testing.T) {
	s := startWith(t, nil)
	writer, reader := dial(t, s), hello3(t, s)
	reader.do("CLIENT TRACKING ON", "+OK")
	reader.send("CLIENT ID")
	id := strings.TrimSpace(reader.until("\n")[1:])
	for range 50 {
		reader.begin(s, "XREAD BLOCK 0 STREAMS k 0")
		writer.send("MULTI", "XADD k 1-1 f v", "EXEC", "DEL k")
		writer.expect("+OK", "+QUEUED", "*1", "$3", "1-1", ":1")
		reader.expect("%1", "$1", "k", "*1", "*2", "$3", "1-1", "*2", "$1", "f", "$1", "v")
		reader.expect(invalidK...) // it was read when the wait began, and when it ended
		reader.expect(invalidK...)
	}
	reader.begin(s, "XREAD BLOCK 0 STREAMS k 0")
	writer.send("CLIENT UNBLOCK "+id+" ERROR", "SET k 1")
	writer.expect(":1", "+OK")
	reader.expect("-UNBLOCKED client unblocked via CLIENT UNBLOCK")
	reader.expect(invalidK...)
}

// Who has said good-bye, or was killed, is gone at once for those who redirect messages to him.
func TestRedirectionToWhoIsGone(t *testing.T) {
	s := startWith(t, nil)
	writer, reader := dial(t, s), hello3(t, s)
	for _, end := range []string{"QUIT", "CLIENT KILL"} {
		to := dial(t, s)
		to.send("CLIENT ID")
		id := strings.TrimSpace(to.until("\n")[1:])
		reader.do("CLIENT TRACKING ON REDIRECT "+id, "+OK")
		reader.do("GET k", "_")
		if end == "QUIT" {
			to.do("QUIT", "+OK")
		} else {
			writer.do("CLIENT KILL ID "+id, ":1")
		}
		writer.do("DEL k", ":0")
		writer.do("SET k 1", "+OK")
		reader.expect(">2", "$21", "tracking-redir-broken", ":"+id)
		writer.do("DEL k", ":1")
	}
}

// A lower limit counts at once.
func TestTrackingTableLimit(t *testing.T) {
	s := startWith(t, nil, "--tracking-table-max-keys", "50")
	p, reader := dial(t, s), hello3(t, s)
	reader.do("CLIENT TRACKING ON", "+OK")
	keys := func() int64 {
		defer s.store.Gate().Unlock()
		s.store.Gate().Lock()
		return s.tracking.Figures().Keys
	}
	for i := range 200 {
		reader.send("EXISTS " + strconv.Itoa(i))
	}
	reader.send("ECHO end")
	require.Equal(t, 150, strings.Count(reader.until("end\r\n"), "invalidate"))
	require.EqualValues(t, 50, keys())
	p.do("CONFIG SET tracking-table-max-keys 10", "+OK")
	require.EqualValues(t, 10, keys())
	reader.send("ECHO end")
	require.Equal(t, 40, strings.Count(reader.until("end\r\n"), "invalidate"))
	p.do("CONFIG SET tracking-table-max-keys 0", "+OK")
	for i := range 200 {
		reader.send("EXISTS " + strconv.Itoa(i))
	}
	reader.send("ECHO end")
	require.NotContains(t, reader.until("end\r\n"), "invalidate")
	require.EqualValues(t, 200, keys())
	info := p.info("everything")
	require.Contains(t, info, "tracking_clients:1\r\n")
	require.Contains(t, info, "tracking_total_keys:200\r\n")
	require.Contains(t, info, "tracking_total_items:200\r\n")
	require.Contains(t, info, "tracking_total_prefixes:0\r\n")
}

func (p *peer) info(section string) string {
	p.send("INFO " + section)
	return p.bulk()
}

// A client that does not read its messages is cut off at the limit of its output.
func TestTrackingMessagesAreBounded(t *testing.T) {
	s := startWith(t, nil, "--client-output-buffer-limit", "normal 1mb 0 0")
	writer, reader := dial(t, s), hello3(t, s)
	reader.do("CLIENT TRACKING ON BCAST", "+OK")
	key := strings.Repeat("k", 60_000)
	n := 0
	for ; s.stats.outputTooLong.Load() == 0 && n < 5000; n++ {
		writer.do("SET "+key+" v", "+OK")
	}
	require.Less(t, n, 5000)
	waitFor(t, func() bool {
		defer s.store.Gate().Unlock()
		s.store.Gate().Lock()
		return s.tracking.Figures().Clients == 0
	})
}

// Clients read, write and cache; at the end, each has what the server has. The race detector looks on.
func TestTrackingIsNeverStale(t *testing.T) {
	s := startWith(t, nil, "--tracking-table-max-keys", "60")
	const clients, keys, steps = 4, 100, 1500
	caches := make([]map[string]string, clients)
	readers := make([]*reader, clients)
	var all sync.WaitGroup
	for i := range caches {
		caches[i], readers[i] = map[string]string{}, &reader{peer: hello3(t, s)}
		if i%2 == 0 {
			readers[i].do("CLIENT TRACKING ON", "+OK")
		} else {
			readers[i].do("CLIENT TRACKING ON BCAST PREFIX key", "+OK")
		}
		all.Go(func() {
			r, cache := readers[i], caches[i]
			for n := range steps {
				key := fmt.Sprint("key", rand.N(keys))
				switch _, known := cache[key]; {
				case rand.N(4) == 0:
					r.call(cache, fmt.Sprintf("SET %s %d-%d", key, i, n))
				case n < steps/2 && rand.N(200) == 0: // and something is to be cached at the end
					r.call(cache, "FLUSHALL")
				case !known:
					value := r.call(cache, "GET "+key)
					cache[key] = value
				}
			}
		})
	}
	all.Wait()
	p := &reader{peer: hello3(t, s)}
	cached := 0
	for i, cache := range caches {
		readers[i].call(cache, "PING") // whatever is under way comes before the reply
		for key, value := range cache {
			cached++
			require.Equal(t, p.call(nil, "GET "+key), value, "client %d: %s", i, key)
		}
	}
	require.Positive(t, cached)
}

// reader is a peer that reads replies and the messages among them.
type reader struct {
	*peer
	buf []byte
}

// call sends a command and returns its reply, in a line. What the messages before it are about goes from the cache.
func (r *reader) call(cache map[string]string, cmd string) (reply string) {
	r.send(cmd)
	for {
		what, isPush := r.next()
		if !isPush {
			return what
		}
		if delete(cache, what); what == "_" {
			clear(cache)
		}
	}
}

// next reads a reply, or a message, of which it returns the key.
func (r *reader) next() (what string, isPush bool) {
	line := r.line()
	switch line[0] {
	case '$':
		return r.line(), false
	case '>':
		r.line() // the length and the word
		r.line()
		if what = r.line(); what == "_" {
			return what, true
		}
		r.line()
		return r.line(), true
	}
	return line, false
}

func (r *reader) line() string {
	for {
		if at := strings.IndexByte(string(r.buf), '\n'); at >= 0 {
			line := strings.TrimSuffix(string(r.buf[:at]), "\r")
			r.buf = r.buf[at+1:]
			return line
		}
		chunk := make([]byte, 4096)
		n, err := r.Read(chunk)
		if err != nil {
			r.t.Error(err)
			return "-"
		}
		r.buf = append(r.buf, chunk[:n]...)
	}
}

// Reading without tracking costs a look at a pointer; with it, a key that is known already allocates nothing either.
func TestTrackingDoesNotAllocate(t *testing.T) {
	s, clients := fedClients(t, 2)
	for _, c := range clients {
		s.clients[c.ID] = c
	}
	get := []byte("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")
	require.Zero(t, allocations(clients[0], "GET", "k"))
	feed(clients[1], []byte("CLIENT TRACKING ON\r\n"))
	feed(clients[1], get)
	require.EqualValues(t, 1, s.tracking.Figures().Keys)
	require.Zero(t, allocations(clients[0], "GET", "k"))
	require.Zero(t, allocations(clients[1], "GET", "k"))
}

// Time removes keys of which copies are kept, whoever notices.
func TestTrackingOfExpiredKeys(t *testing.T) {
	now := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, now)
	reader, other := hello3(t, s), dial(t, s)
	reader.do("CLIENT TRACKING ON NOLOOP", "+OK")
	other.do("SET k 1 PX 100", "+OK")
	reader.do("GET k", "$1", "1")
	now.Advance(100 * time.Millisecond)
	s.ExpireNow()
	reader.expect(invalidK...)
	s.store.SetActiveExpire(false)
	other.do("SET k 1 PX 100", "+OK")
	reader.do("GET k", "$1", "1")
	now.Advance(100 * time.Millisecond)
	other.do("GET k", "$-1")
	reader.expect(invalidK...)
	reader.do("PING", "+PONG")
}
