package server

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// infoField is a field of INFO.
func (p *peer) infoField(name string) string {
	p.send("INFO everything")
	for _, line := range strings.Split(p.bulk(), "\r\n") {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return value
		}
	}
	return ""
}

// sumOfClients is what the clients take, each asked.
func sumOfClients(s *Server) (sum int64) {
	for _, c := range s.everyClient() {
		c.account(1)
		sum += c.MemoryUse()
	}
	return sum
}

// many sends many commands, as long as somebody listens.
func (p *peer) many(cmd string, n int) {
	for i := range n {
		if _, err := fmt.Fprintf(p, "%s %d\r\n", cmd, i); err != nil {
			return
		}
	}
}

// Each of these grows until it is too much; another client, which takes little, and one that must stay, do not notice.
func TestClientEviction(t *testing.T) {
	const limit = 1 << 20
	half := strings.Repeat("v", limit/2)
	request := func(words ...string) string {
		text := fmt.Sprintf("*%d\r\n", len(words))
		for _, w := range words {
			text += fmt.Sprintf("$%d\r\n%s\r\n", len(w), w)
		}
		return text
	}
	for what, grow := range map[string]func(p, other *peer){
		"a request": func(p, _ *peer) {
			p.Write([]byte(fmt.Sprintf("*2\r\n$4\r\nECHO\r\n$%d\r\n%s", 2*limit, half+half+half)))
		},
		"a queue":      func(p, _ *peer) { p.Write([]byte("MULTI\r\n" + strings.Repeat(request("ECHO", half), 3))) },
		"watched keys": func(p, _ *peer) { p.many("WATCH", limit/100) },
		"listening":    func(p, _ *peer) { p.many("SUBSCRIBE", limit/100) },
		"replies": func(p, other *peer) {
			other.do(fmt.Sprintf("SETRANGE k %d v", 8*limit), fmt.Sprintf(":%d", 8*limit+1)) // sockets take some
			p.write("GET k\r\n")
		},
		"messages": func(p, other *peer) {
			p.subscribe("c", 1)
			for range 200 { // sockets take some
				other.write(request("PUBLISH", "c", half))
				if other.line() == ":0" {
					return
				}
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := startWith(t, nil, "--maxmemory-clients", strconv.Itoa(limit))
			stays, p, other := dial(t, s), dial(t, s), dial(t, s)
			stays.do("CLIENT NO-EVICT ON", "+OK")
			grow(p, other)
			waitFor(t, func() bool { return other.infoField("evicted_clients") == "1" })
			waitClients(t, s, 2)
			stays.do("PING", "+PONG")
			require.Equal(t, sumOfClients(s), s.stats.clientMemory())
			require.Less(t, s.stats.clientMemory(), int64(limit))
		})
	}
}

// The largest go first, and no more of them than must; who must stay stays.
func TestWhichClientsAreEvicted(t *testing.T) {
	s := startWith(t, nil)
	control := dial(t, s)
	control.do("CLIENT NO-EVICT ON", "+OK")
	for i := range 6 { // 100 KB to 600 KB
		p := dial(t, s)
		p.do(fmt.Sprint("CLIENT SETNAME c", i), "+OK")
		n := (i + 1) * 100_000
		p.write(fmt.Sprintf("*2\r\n$4\r\nECHO\r\n$%d\r\n%s", n, strings.Repeat("v", n)))
		waitFor(t, func() bool { return control.field(fmt.Sprint("c", i), "qbuf") == strconv.Itoa(n) })
	}
	control.do("CONFIG SET maxmemory-clients 1100000", "+OK")
	for i := range 6 {
		there := control.field(fmt.Sprint("c", i), "id") != ""
		require.Equal(t, i < 4, there, i) // 100 + 200 + 300 + 400 KB
	}
	require.Equal(t, "2", control.infoField("evicted_clients"))
}

func TestClientLimit(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	for _, c := range []struct {
		maxmemory, clients string
		want               int64
	}{
		{"0", "0", 0}, {"0", "1gb", 1 << 30}, {"0", "1", leastClientMemory}, {"0", "5%", 0}, {"1gb", "5%", 53687091}, {"1mb", "5%", leastClientMemory},
	} {
		p.do("CONFIG SET maxmemory "+c.maxmemory+" maxmemory-clients "+c.clients, "+OK")
		require.Equal(t, c.want, s.clientLimit.bytes.Load(), c)
	}
}

// Buffers that silent clients keep are given back before keys have to go.
func TestBuffersGoBeforeKeys(t *testing.T) {
	s := startWith(t, nil, "--maxmemory-policy", "allkeys-lru")
	p := dial(t, s)
	for i := range 100 {
		p.do(fmt.Sprint("SET key:", i, " v"), "+OK")
	}
	p.set("k", 30_000)
	var silent []*peer
	for range 10 {
		q := dial(t, s)
		q.send("GET k")
		q.bulk()
		silent = append(silent, q)
	}
	before := s.stats.clientMemory()
	require.Greater(t, before, int64(300_000))
	for _, c := range s.everyClient() {
		if c.ID > 1 {
			c.LastInteraction.Add(-reclaimSilent)
		}
	}
	p.do("CONFIG SET maxmemory "+strconv.FormatUint(s.inUse()-100_000, 10), "+OK")
	p.do("DBSIZE", ":101")
	waitFor(t, func() bool { return s.stats.clientMemory() < before-200_000 && s.reclaim.bytes.Load() == 0 })
	p.do("DBSIZE", ":101")
	silent[0].send("GET k")
	require.Len(t, silent[0].bulk(), 30_000)
}

// With the eight bytes that the runtime puts before it, a client just fits into a size class of the Go heap; the next one is larger by
// 128 bytes, for each idle connection.
func TestSizeOfClient(t *testing.T) { require.LessOrEqual(t, unsafe.Sizeof(client{}), uintptr(768-8)) }

// What clients are told of keys that went is no reason to evict more.
func TestEvictionHasNoEcho(t *testing.T) {
	s := startWith(t, nil, "--maxmemory-policy", "allkeys-lru", "--maxmemory-eviction-tenacity", "100")
	p := dial(t, s)
	const keys, size, trackers = 300, 1000, 10
	name := strings.Repeat("x", size)
	get := ""
	for i := range keys {
		p.do(fmt.Sprintf("SET %d%s v", i, name), "+OK")
		get += fmt.Sprintf("GET %d%s\r\n", i, name)
	}
	for range trackers {
		q := dial(t, s)
		q.listen3()
		q.do("CLIENT TRACKING ON", "+OK")
		q.write(get)
		for range keys {
			q.expect("$1", "v")
		}
	}
	p.do("CONFIG SET maxmemory "+strconv.FormatUint(s.inUse()-40*size, 10), "+OK")
	for range 100 {
		p.do("PING", "+PONG")
	}
	evicted := s.store.Stats().Evicted
	require.NotZero(t, evicted)
	require.LessOrEqual(t, evicted, int64(60), "40 make room enough, and fewer do when clients give back buffers meanwhile")
}
