package server

// What must be true of traffic whatever the driver: much of it, ends in the middle of it, and nothing left behind.

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/internal/rounds"
)

// waitClients waits until that many are connected.
func waitClients(t *testing.T, s *Server, n int) {
	t.Helper()
	waitFor(t, func() bool { return len(s.snapshot()) == n })
}

// set stores a value of n bytes, sent in one piece.
func (p *peer) set(key string, n int) (value []byte) {
	p.t.Helper()
	value = bytes.Repeat([]byte("0123456789abcdefg"), n/17+1)[:n]
	head := fmt.Sprintf("*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n", len(key), key, n)
	buffers := net.Buffers{[]byte(head), value, []byte("\r\n")}
	_, err := buffers.WriteTo(p.Conn)
	require.NoError(p.t, err)
	p.expect("+OK")
	return value
}

func TestHugeValue(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	n := rounds.Of(64 << 20)
	value := p.set("k", n)
	p.send("GET k", "PING")
	p.expect(fmt.Sprintf("$%d", n))
	got := make([]byte, n)
	_, err := io.ReadFull(p, got)
	require.NoError(t, err)
	require.True(t, bytes.Equal(value, got))
	p.expect("", "+PONG")
}

func TestHugePipeline(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	const n = 100_000
	go io.WriteString(p, strings.Repeat("INCR k\r\n", n))
	var want bytes.Buffer
	for i := range n {
		fmt.Fprintf(&want, ":%d\r\n", i+1)
	}
	got := make([]byte, want.Len())
	_, err := io.ReadFull(p, got)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want.Bytes(), got))
}

func TestBigValueInTrickles(t *testing.T) {
	s := startWith(t, nil)
	p, other := dial(t, s), dial(t, s)
	const n = 1_000_000
	p.write(fmt.Sprintf("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$%d\r\n", n))
	piece := strings.Repeat("v", 2500)
	for range n / len(piece) {
		p.write(piece)
		other.do("PING", "+PONG")
	}
	p.write("\r\nSTRLEN k\r\n")
	p.expect("+OK", fmt.Sprintf(":%d", n))
}

// A client that sends no more gets the replies to what it has sent.
func TestHalfClosedClient(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	value := string(p.set("k", 100_000))
	p.write(strings.Repeat("GET k\r\n", 50) + "*2\r\n$3\r\nGET")
	require.NoError(t, p.Conn.(*net.TCPConn).CloseWrite())
	for range 50 {
		p.expect("$100000", value)
	}
	p.expectEnd()
	waitClients(t, s, 0)
}

// However a client ends while it does not read, or is in the middle of a command, it is gone, and what it held with it.
func TestEndInTheMiddle(t *testing.T) {
	s := startWith(t, nil)
	b := dial(t, s)
	b.set("k", 1_000_000)
	ends := map[string]func(p *peer, id string){
		"kill":  func(_ *peer, id string) { b.do("CLIENT KILL ID "+id, ":1") },
		"reset": func(p *peer, _ string) { p.Conn.(*net.TCPConn).SetLinger(0); p.Close() },
		"close": func(p *peer, _ string) { p.Close() },
	}
	for name, end := range ends {
		t.Run(name+" in half a command", func(t *testing.T) {
			a := dial(t, s)
			a.do("CLIENT SETNAME a", "+OK")
			a.write("*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$100000\r\nabc")
			waitFor(t, func() bool { return b.field("a", "qbuf") == "3" })
			end(a, b.field("a", "id"))
			waitClients(t, s, 1)
			b.do("EXISTS x", ":0")
		})
		t.Run(name+" with unsent output", func(t *testing.T) {
			a := dial(t, s)
			a.do("CLIENT SETNAME a", "+OK")
			a.write(strings.Repeat("GET k\r\n", 20))
			waitFor(t, func() bool { n, _ := strconv.Atoi(b.field("a", "omem")); return n > 0 })
			end(a, b.field("a", "id"))
			waitClients(t, s, 1)
		})
	}
}

// Clients write while others pause, unpause, kill, and make them save memory.
func TestPauseStorm(t *testing.T) {
	s := startWith(t, nil)
	stop := make(chan struct{})
	var others, clients sync.WaitGroup
	storm := func(f func()) {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					f()
				}
			}
		})
	}
	pauser := dial(t, s)
	storm(func() {
		pauser.do("CLIENT PAUSE 10000 WRITE", "+OK")
		runtime.Gosched()
		pauser.do("CLIENT UNPAUSE", "+OK")
	})
	storm(func() {
		for _, c := range s.snapshot() {
			if c.conn.Trim(); rand.IntN(100) == 0 && c.Addr != pauser.LocalAddr().String() {
				c.kill()
			}
			c.conn.Wake()
		}
	})
	addr := pauser.RemoteAddr().String()
	for range 8 {
		clients.Go(func() {
			for range 8 {
				conn, err := net.Dial("tcp", addr)
				if err != nil {
					t.Error(err)
					return
				}
				conn.SetDeadline(time.Now().Add(20 * time.Second))
				io.WriteString(conn, strings.Repeat("INCR k\r\nGET k\r\n", 200)+"QUIT\r\n")
				if _, err := io.Copy(io.Discard, conn); err != nil && strings.Contains(err.Error(), "timeout") {
					t.Error("stuck")
				}
				conn.Close()
			}
		})
	}
	clients.Wait()
	close(stop)
	others.Wait()
	waitClients(t, s, 1)
	require.Zero(t, s.pause.waiting())
	pauser.do("SET k v", "+OK")
}

// With appendfsync always, replies keep the order of their pipelines, and acknowledge only what is on the disk.
func TestManyWritersSyncAlways(t *testing.T) {
	s := startWith(t, nil, "--appendonly", "yes", "--appendfsync", "always")
	var clients sync.WaitGroup
	for i := range 50 {
		p := dial(t, s)
		clients.Go(func() {
			for round := range 3 {
				fmt.Fprintf(p, "SET k%d %d\r\nGET k%d\r\nPING %d\r\n", i, round, i, round)
				want := fmt.Sprintf("+OK\r\n$1\r\n%d\r\n$1\r\n%d\r\n", round, round)
				got := make([]byte, len(want))
				if _, err := io.ReadFull(p, got); err != nil || string(got) != want {
					t.Errorf("%q, %v", got, err)
					return
				}
			}
		})
	}
	clients.Wait()
	p := dial(t, s)
	for i := range 5 {
		before := s.oplog.Offset()
		p.do(fmt.Sprintf("SET k %d", i), "+OK")
		require.Greater(t, s.oplog.Offset(), before)
		require.Equal(t, s.oplog.Offset(), s.aof.Load().Synced())
	}
}

// A server that cannot listen on all of its addresses leaves nothing behind, nor does one that is closed.
func TestNothingIsLeftBehind(t *testing.T) {
	startWith(t, nil).Close() // what the process keeps for itself is made
	before := runtime.NumGoroutine()
	gone := func() bool { return runtime.NumGoroutine()-1 <= before } // waitFor looks from a goroutine of its own
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	cfg := config.New()
	require.NoError(t, cfg.Load(append(drivertest.Options(), "--port", strconv.Itoa(taken.Addr().(*net.TCPAddr).Port),
		"--bind", "127.0.0.2 127.0.0.1", "--dir", t.TempDir()), nil))
	s, err := New(Options{Config: cfg})
	require.NoError(t, err)
	require.Error(t, s.Start())
	waitFor(t, gone)

	s = startWith(t, nil)
	for range 50 {
		dial(t, s).do("PING", "+PONG")
	}
	require.NoError(t, s.Close())
	waitFor(t, gone)
}
