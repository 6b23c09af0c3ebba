package server

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/clock"
)

func waitParked(t *testing.T, s *Server, n int) {
	t.Helper()
	waitFor(t, func() bool { return s.pause.waiting() == n })
}

func TestPauseHoldsWritesBackUntilItsTime(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	a, b := dial(t, s), dial(t, s)
	a.do("CLIENT SETNAME writer", "+OK")
	b.do("CLIENT PAUSE 1000 WRITE", "+OK")
	a.send("GET k", "SET k v", "GET k")
	a.expect("$-1")
	waitParked(t, s, 1)
	require.Equal(t, "b", b.field("writer", "flags"))
	require.Equal(t, "set", b.field("writer", "cmd"))
	b.do("GET k", "$-1")
	manual.Advance(999 * time.Millisecond)
	waitParked(t, s, 1)
	manual.Advance(time.Millisecond)
	a.expect("+OK", "$1", "v")
	b.do("GET k", "$1", "v")
	require.Equal(t, "N", b.field("writer", "flags"))
}

func TestPauseIsLengthenedAndWidenedOnly(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	a, b := dial(t, s), dial(t, s)
	b.do("CLIENT PAUSE 100 WRITE", "+OK")
	b.do("CLIENT PAUSE 50 WRITE", "+OK")
	b.do("CLIENT PAUSE 10 ALL", "+OK")
	a.send("PING")
	waitParked(t, s, 1)
	b.send("CLIENT UNPAUSE") // held back as well
	waitParked(t, s, 2)
	manual.Advance(99 * time.Millisecond)
	waitParked(t, s, 2)
	manual.Advance(time.Millisecond)
	a.expect("+PONG")
	b.expect("+OK")
	b.do("CLIENT PAUSE 9223372036854775807", "-ERR timeout is out of range")
	b.do("CLIENT PAUSE 9000000000000000000 WRITE", "+OK") // longer than a time.Duration
	b.do("CLIENT UNPAUSE", "+OK")
	a.do("SET k v", "+OK")
}

func TestPauseWakesTransactionsAndLetsErrorsThrough(t *testing.T) {
	s := startWith(t, nil)
	a, b, c := dial(t, s), dial(t, s), dial(t, s)
	a.do("MULTI", "+OK")
	a.do("SET k v", "+QUEUED")
	c.do("MULTI", "+OK")
	c.do("GET k", "+QUEUED")
	b.do("CLIENT PAUSE 100000 WRITE", "+OK")
	a.send("EXEC")
	waitParked(t, s, 1)
	c.do("SET k", "-ERR wrong number of arguments for 'set' command")
	c.do("DISCARD", "+OK")
	c.do("MULTI", "+OK")
	c.do("GET k", "+QUEUED")
	c.do("EXEC", "*1", "$-1") // reads only
	c.do("MULTI", "+OK")
	c.send("SET k w") // is held back even to be queued
	waitParked(t, s, 2)
	b.do("CLIENT UNPAUSE", "+OK")
	a.expect("*1", "+OK")
	c.expect("+QUEUED")
}

func TestPausedClientMayEnd(t *testing.T) {
	s := startWith(t, nil)
	a, b, c := dial(t, s), dial(t, s), dial(t, s)
	b.do("CLIENT PAUSE 100000 WRITE", "+OK")
	a.send("SET k v")
	waitParked(t, s, 1)
	a.Close()
	waitParked(t, s, 0)
	c.send("CLIENT SETNAME victim", "SET k v")
	c.expect("+OK")
	waitParked(t, s, 1)
	b.do("CLIENT KILL ID "+b.field("victim", "id"), ":1")
	c.expectEnd()
	waitParked(t, s, 0)
	b.do("CLIENT UNPAUSE", "+OK")
	b.do("GET k", "$-1")
}

// A client that goes on sending while it is paused is not read without limit, and everything it sent is executed.
func TestPausedClientGoesOnSending(t *testing.T) {
	s := startWith(t, nil)
	a, b := dial(t, s), dial(t, s)
	a.do("CLIENT SETNAME eager", "+OK")
	b.do("CLIENT PAUSE 100000 WRITE", "+OK")
	const n = 20_000
	go func() {
		line := []byte("INCR k" + strings.Repeat(" ", 72) + "\r\n")
		var all []byte
		for range n {
			all = append(all, line...)
		}
		a.Conn.Write(all)
	}()
	waitFor(t, func() bool { return len(b.field("eager", "qbuf")) >= 7 }) // a million and more
	require.Len(t, b.field("eager", "qbuf"), 7)
	b.do("CLIENT UNPAUSE", "+OK")
	want := 0
	for i := 1; i <= n; i++ {
		want += len(":") + digits(i) + len("\r\n")
	}
	got := make([]byte, want)
	for at := 0; at < want; {
		k, err := a.Read(got[at:])
		require.NoError(t, err)
		at += k
	}
	require.Equal(t, ":20000\r\n", string(got[want-8:]))
}

func digits(i int) (n int) {
	for ; i > 0; i /= 10 {
		n++
	}
	return n
}

// Keys whose time comes during a pause are not shown, but they go when it is over.
func TestNothingExpiresDuringAPause(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	p := dial(t, s)
	expired := func(n string) {
		t.Helper()
		p.send("INFO stats")
		require.Contains(t, p.bulk(), "\r\nexpired_keys:"+n+"\r\n")
	}
	p.send("MULTI", "SET a 1 PX 10", "SET b 1 PX 10", "SET c 1", "CLIENT PAUSE 1000 WRITE", "EXEC")
	p.expect("+OK", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED", "*4", "+OK", "+OK", "+OK", "+OK")
	manual.Advance(500 * time.Millisecond)
	s.ExpireNow()
	p.do("GET a", "$-1")
	p.do("TTL b", ":-2")
	p.do("EXISTS a b c", ":1")
	p.do("SCAN 0 COUNT 1000", "*2", "$1", "0", "*1", "$1", "c")
	p.do("DBSIZE", ":3")
	expired("0")
	q := dial(t, s)
	q.send("SET a 2 NX GET")
	waitParked(t, s, 1)
	manual.Advance(500 * time.Millisecond)
	q.expect("$-1")
	waitFor(t, func() bool {
		p.send("DBSIZE")
		return p.line() == ":2"
	})
	p.do("GET a", "$1", "2")
	expired("2")
}
