package load

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fake is a server that answers DBSIZE with the number of requests before it and everything else with what reply says.
type fake struct {
	addr  string
	reply func(args []string) string

	mu       sync.Mutex
	requests [][]string
}

func startFake(t *testing.T, reply func(args []string) string) *fake {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	f := &fake{addr: l.Addr().String(), reply: reply}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(c)
		}
	}()
	return f
}

func (f *fake) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	w := bufio.NewWriter(c)
	for {
		args, err := readRequest(r)
		if err != nil {
			return
		}
		f.mu.Lock()
		reply := ":" + strconv.Itoa(len(f.requests)) + "\r\n"
		if args[0] != "DBSIZE" {
			f.requests = append(f.requests, args)
			reply = f.reply(args)
		}
		f.mu.Unlock()
		io.WriteString(w, reply)
		if r.Buffered() == 0 {
			w.Flush()
		}
	}
}

func (f *fake) seen() [][]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests
}

func readRequest(r *bufio.Reader) ([]string, error) {
	head, err := r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.Trim(head, "*\r\n"))
	if err != nil {
		return nil, err
	}
	args := make([]string, n)
	for i := range args {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, err := strconv.Atoi(strings.Trim(line, "$\r\n"))
		if err != nil {
			return nil, err
		}
		bulk := make([]byte, size+len("\r\n"))
		if _, err := io.ReadFull(r, bulk); err != nil {
			return nil, err
		}
		args[i] = string(bulk[:size])
	}
	return args, nil
}

func ok([]string) string { return "+OK\r\n" }

func TestFill(t *testing.T) {
	f := startFake(t, ok)
	require.NoError(t, Fill{Keys: 3000, Value: 16}.Run(t.Context(), f.addr))
	require.Len(t, f.seen(), 3000)
	require.Equal(t, []string{"SET", Key(2999), strings.Repeat("x", 16)}, f.seen()[2999])
	require.Len(t, Key(2999), 17)

	f = startFake(t, ok)
	deadline := func(i int) int64 { return 1e12 + int64(i) }
	require.NoError(t, Fill{Keys: 10, Value: 0, Deadline: deadline}.Run(t.Context(), f.addr))
	require.Equal(t, []string{"SET", Key(9), "", "PXAT", "1000000000009"}, f.seen()[9])
}

func TestFillEndsAtAnError(t *testing.T) {
	f := startFake(t, func([]string) string { return "-OOM no\r\n" })
	require.ErrorContains(t, Fill{Keys: 100_000, Value: 64}.Run(t.Context(), f.addr), "OOM no")
	f = startFake(t, func([]string) string { return "+OK\r\n+OK\r\n" })
	require.ErrorContains(t, Fill{Keys: 100, Value: 64}.Run(t.Context(), f.addr), "more replies")
}

func TestRunOwn(t *testing.T) {
	f := startFake(t, ok)
	b := Benchmark{Test: "set", Clients: 3, Pipeline: 4, Requests: 400, Value: 5, Keys: 10}
	r, err := b.RunOwn(t.Context(), f.addr)
	require.NoError(t, err)
	require.Greater(t, r.RPS, 0.0)
	require.Greater(t, r.Wall, time.Duration(0))
	require.Len(t, f.seen(), 400)
	keys := map[string]bool{}
	for _, args := range f.seen() {
		require.Equal(t, []string{"SET", "xxxxx"}, []string{args[0], args[2]})
		keys[args[1]] = true
	}
	require.Len(t, keys, 10)
	require.True(t, keys["key:000000000007"])
}

func TestRunOwnEndsAtAnError(t *testing.T) {
	f := startFake(t, func(args []string) string { return "-ERR unknown command '" + args[0] + "'\r\n" })
	_, err := Benchmark{Test: "get", Clients: 5, Pipeline: 2, Requests: 1000, Keys: 1}.RunOwn(t.Context(), f.addr)
	require.ErrorContains(t, err, "unknown command 'GET'")
	_, err = Benchmark{Test: "flushall", Clients: 1, Pipeline: 1, Requests: 1}.RunOwn(t.Context(), f.addr)
	require.ErrorContains(t, err, "not known")
}

// Every test's requests are of its own command, and are what its preparation has made the data for.
func TestRequestsOfTests(t *testing.T) {
	for name, test := range Tests {
		b := Benchmark{Test: test.Option, Clients: 1, Pipeline: 2, Requests: 4, Value: 3, Keys: 2, Members: 5}
		f := startFake(t, func(args []string) string {
			if args[0] == "ZCARD" {
				return ":0\r\n"
			}
			return ok(args)
		})
		require.NoError(t, Prepare(f.addr, b))
		prepared := map[string]bool{}
		for _, args := range f.seen() {
			prepared[args[1]] = true
			if args[0] == "SCRIPT" {
				prepared[digest(args[2])] = true
			}
		}
		before := len(f.seen())
		_, err := b.RunOwn(t.Context(), f.addr)
		require.NoError(t, err)
		require.Len(t, f.seen(), before+4)
		for _, args := range f.seen()[before:] {
			command, _, _ := strings.Cut(name, "_")
			require.Equal(t, strings.ToUpper(command), args[0])
			if args[0] == "FCALL" {
				require.True(t, prepared["LOAD"])
			} else if len(args) > 1 {
				require.True(t, prepared[args[1]], args[1])
			}
			if args[0] == "EVALSHA" && args[2] == "1" {
				require.True(t, prepared[args[3]], args[3])
			}
		}
	}
}

// No lock is given back twice, however many there are.
func TestNumberedRequests(t *testing.T) {
	f := startFake(t, ok)
	n := poolRequests + 64
	_, err := Benchmark{Test: "evalsha_unlock", Clients: 4, Pipeline: 16, Requests: n}.RunOwn(t.Context(), f.addr)
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, args := range f.seen() {
		seen[args[3]] = true
	}
	require.Equal(t, n, len(f.seen()))
	require.Equal(t, n, len(seen))
}

func TestDocument(t *testing.T) {
	require.True(t, json.Valid([]byte(document())))
	require.InDelta(t, 10<<10, len(document()), 500)
}
