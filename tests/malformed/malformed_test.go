// Package malformed sends requests that break the protocol, by the thousand: lengths, types, quotes, endless lines, and
// bytes at random. Each gets Redis's error or its silence; other clients notice nothing, and memory stays bounded.
//
// With the build tag compat the same requests are sent to a real redis-server, whose answers must be the same.
package malformed

import (
	"bufio"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/server"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var (
	count = flag.Int("requests", 10_000, "how many bad requests are sent")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the requests")
)

const (
	senders = 4
	// heapLimit is how far the heap of the whole test, server and clients, may grow.
	heapLimit = 128 << 20
	// patience is how long an answer may take.
	patience = 20 * time.Second
)

func TestMain(m *testing.M) { drivertest.Main(m) }

func start(t *testing.T, options ...string) (addr string) {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(slices.Concat([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir()}, drivertest.Options(), options), nil))
	s, err := server.New(server.Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port()))
}

// answer sends pieces, says that there is no more to come, and returns everything that the server says until it closes.
func answer(addr string, pieces ...string) (string, error) {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	for _, p := range pieces {
		if _, err := io.WriteString(conn, p); err != nil {
			break // the server has heard enough
		}
	}
	conn.(*net.TCPConn).CloseWrite()
	all, err := io.ReadAll(conn)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return string(all), err
	}
	return string(all), nil // a reset is an end too
}

func TestMalformed(t *testing.T) {
	t.Logf("-seed %d", *seed)
	addr := start(t)
	done := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() { bystander(t, addr, done) })
	var next atomic.Int64
	var load sync.WaitGroup
	for i := range senders {
		r := rand.New(rand.NewPCG(*seed, uint64(i)))
		load.Go(func() {
			for next.Add(1) <= int64(*count) && !t.Failed() {
				req := generate(r)
				got, err := answer(addr, req.pieces...)
				if err != nil || !req.unknown && got != req.want || !isReplies(got) {
					t.Errorf("-seed %d: %s\n got %q %v\nwant %q", *seed, req, got, err, req.want)
				}
			}
		})
	}
	load.Wait()
	close(done)
	others.Wait()
}

// isReplies reports whether an answer consists of whole replies.
func isReplies(answer string) bool {
	r := bufio.NewReader(strings.NewReader(answer))
	for {
		if _, err := wire.Read(r); err != nil {
			return err == io.EOF
		}
	}
}

// bystander is a client that does its work while others misbehave.
func bystander(t *testing.T, addr string, done chan struct{}) {
	c, err := wire.Dial(addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		default:
		}
		value := strconv.Itoa(n)
		_, err1 := c.Must("SET", "bystander", value)
		v, err2 := c.Must("GET", "bystander")
		if err := errors.Join(err1, err2); err != nil || v.Text != value {
			t.Errorf("the bystander wrote %q and read %q: %v", value, v.Text, err)
			return
		}
	}
}

// TestClaims has many clients announce huge requests, and send only their beginnings.
func TestClaims(t *testing.T) {
	addr := start(t)
	before := heap()
	for i := range 200 {
		conn, err := net.Dial("tcp", addr)
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
		claim := []string{"*2147483647\r\n$4\r\nECHO\r\n", "*2\r\n$4\r\nECHO\r\n$536870912\r\nx", "*1000000\r\n" + strings.Repeat("$1\r\nx\r\n", 1000)}[i%3]
		_, err = io.WriteString(conn, claim)
		require.NoError(t, err)
	}
	got, err := answer(addr, "PING\r\n")
	require.NoError(t, err)
	require.Equal(t, "+PONG\r\n", got)
	require.Less(t, heap()-before, int64(heapLimit))
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

// TestBeforeAuth checks the narrower limits for strangers.
func TestBeforeAuth(t *testing.T) {
	addr := start(t, "--requirepass", "secret")
	auth := "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"
	eleven := "*11\r\n$4\r\nMGET\r\n" + strings.Repeat("$1\r\nk\r\n", 10)
	long := "*2\r\n$4\r\nECHO\r\n$16385\r\n" + strings.Repeat("x", 16385) + "\r\n"
	for _, tc := range []struct{ in, want string }{
		{"*10\r\n$4\r\nMGET\r\n" + strings.Repeat("$1\r\nk\r\n", 9), "-NOAUTH Authentication required.\r\n"},
		{eleven, protocolError("unauthenticated multibulk length")},
		{long, protocolError("unauthenticated bulk length")},
		{auth + eleven, "+OK\r\n*10\r\n" + strings.Repeat("$-1\r\n", 10)},
		{auth + long, "+OK\r\n$16385\r\n" + strings.Repeat("x", 16385) + "\r\n"},
	} {
		got, err := answer(addr, tc.in)
		require.NoError(t, err)
		require.Equal(t, tc.want, got, "%.60q", tc.in)
	}
}

// TestQueryBufferLimit sends one argument that is longer than a client's query buffer may be.
func TestQueryBufferLimit(t *testing.T) {
	addr := start(t, "--client-query-buffer-limit", "1mb")
	got, err := answer(addr, "*2\r\n$4\r\nECHO\r\n$4000000\r\n", strings.Repeat("x", 4000000), "\r\n")
	require.NoError(t, err)
	require.Empty(t, got)
	got, err = answer(addr, "*2\r\n$4\r\nECHO\r\n$500000\r\n", strings.Repeat("x", 500000), "\r\n")
	require.NoError(t, err)
	require.Len(t, got, len("$500000\r\n")+500000+2)
}

// TestBulkLimit sets proto-max-bulk-len.
func TestBulkLimit(t *testing.T) {
	addr := start(t, "--proto-max-bulk-len", "1mb")
	got, err := answer(addr, "*2\r\n$4\r\nECHO\r\n$1048577\r\n")
	require.NoError(t, err)
	require.Equal(t, protocolError("invalid bulk length"), got)
	whole := strings.Repeat("x", 1<<20)
	got, err = answer(addr, "*2\r\n$4\r\nECHO\r\n$1048576\r\n", whole, "\r\n")
	require.NoError(t, err)
	require.Equal(t, "$1048576\r\n"+whole+"\r\n", got)
}
