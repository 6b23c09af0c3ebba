//go:build linux

package epoll

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Replies wait for the log, those of each round by themselves, while the loop goes on with others. A connection that waits
// is not fed.
func TestRepliesWaitForTheLog(t *testing.T) {
	r := start(t, 1)
	r.behind.Store(true)
	a, sa := r.dial()
	b, sb := r.dial()
	c, _ := r.dial()
	a.send("a1")
	waitFor(t, func() bool { return r.waits.Load() == 1 })
	a.send("a2")
	b.send("b1", "b2")
	waitFor(t, func() bool { return r.waits.Load() == 2 })
	a.expectSilence()
	require.EqualValues(t, 1, sa.executed.Load())
	require.EqualValues(t, 2, sb.executed.Load())
	r.sync(nil)
	a.expect("a1")
	waitFor(t, func() bool { return r.waits.Load() == 3 && sa.executed.Load() == 2 })
	b.expectSilence()
	r.sync(nil)
	b.expect("b1", "b2")
	a.expectSilence()
	r.behind.Store(false)
	b.send("b3")
	b.expect("b3") // the others need not wait when the log is up to date
	c.send("c1")
	c.expect("c1")
	r.sync(nil)
	a.expect("a2")
}

// A log that fails ends those whose replies it does not hold, without a word. The others stay.
func TestLogError(t *testing.T) {
	broken := errors.New("disk is gone")
	r := start(t, 1)
	idle, _ := r.dial()
	a, sa := r.dial()
	b, _ := r.dial()
	gone, sg := r.dial()
	r.behind.Store(true)
	for i, p := range []*peer{a, gone, b} {
		p.send("1")
		waitFor(t, func() bool { return r.waits.Load() == int64(i+1) })
	}
	gone.reset() // while it waits
	r.sync(broken)
	a.expectEnd()
	waitFor(t, sa.closed.Load)
	r.sync(nil)
	r.sync(nil)
	b.expect("1")
	waitFor(t, sg.closed.Load)
	r.behind.Store(false)
	idle.send("still here")
	idle.expect("still here")
	r.failed.Store(&broken)
	b.send("b2")
	b.expectEnd()
	r.failed.Store(nil)
	idle.send("still here")
	idle.expect("still here")
}

// The group ends while replies wait for a log that does not answer.
func TestCloseWhileTheLogIsAwaited(t *testing.T) {
	r := start(t, 2)
	r.behind.Store(true)
	p, s := r.dial()
	p.send("a")
	waitFor(t, func() bool { return r.waits.Load() == 1 })
	r.server.Close()
	p.expectEnd()
	r.server.Serve()
	r.group.Close()
	require.True(t, s.closed.Load())
	r.sync(nil) // the call comes too late, and does no harm
}

// A connection with much to do does not keep the others of its loop waiting.
func TestFairness(t *testing.T) {
	r := start(t, 1)
	busy, s := r.dial()
	p, _ := r.dial()
	go func() {
		for !s.closed.Load() {
			if _, err := io.WriteString(busy, strings.Repeat("get 60000\n", 1000)); err != nil {
				return
			}
		}
	}()
	go io.Copy(io.Discard, busy)
	for i := range 30 {
		p.send(fmt.Sprint(i))
		p.expect(fmt.Sprint(i))
	}
	s.conn.Close()
	waitFor(t, s.closed.Load)
}

// Connections come and go; nothing is left of them.
func TestConnectionsComeAndGo(t *testing.T) {
	warm := start(t, 1) // what the process keeps for itself is made
	warm.dial()
	warm.close()
	files, routines := openFiles(t), runtime.NumGoroutine()
	r := start(t, 2)
	var clients sync.WaitGroup
	for i := range 50 {
		clients.Go(func() {
			for j := range 20 {
				p, err := net.Dial("tcp", r.addr.String())
				if err != nil {
					t.Error(err)
					return
				}
				churn(t, &peer{Conn: p, t: t}, i*20+j)
			}
		})
	}
	clients.Wait()
	waitFor(t, func() bool {
		all := r.snapshot()
		for _, s := range all {
			if !s.closed.Load() {
				return false
			}
		}
		return len(all) >= 800 // who is reset before he is accepted may never be
	})
	r.close()
	// waitFor looks from a goroutine of its own.
	waitFor(t, func() bool { return openFiles(t) <= files && runtime.NumGoroutine()-1 <= routines })
}

// churn is the life of a client; n says what it is like.
func churn(t *testing.T, p *peer, n int) {
	defer p.Close()
	p.SetDeadline(time.Now().Add(20 * time.Second))
	line := fmt.Sprintf("line %d\n", n)
	if _, err := io.WriteString(p, line+"get 50000\n"); err != nil {
		t.Error(err)
	}
	if n%5 == 4 {
		p.reset()
		return
	}
	got := make([]byte, len(line))
	if _, err := io.ReadFull(p, got); err != nil || string(got) != line {
		t.Errorf("%q, %v", got, err)
	}
	switch n % 5 {
	case 0:
		p.reset() // with unread replies
	case 1:
		p.Conn.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, p)
	case 2:
		io.WriteString(p, "quit\n")
		io.Copy(io.Discard, p)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Error(err)
	}
	return len(list)
}

func (r *running) snapshot() []*session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*session(nil), r.sessions...)
}

// Everybody asks everything of connections that are in use, parked, and ending.
func TestMailStorm(t *testing.T) {
	r := start(t, 2)
	stop := make(chan struct{})
	var others, clients sync.WaitGroup
	for range 3 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				for _, s := range r.snapshot() {
					if s.closed.Load() && rand.IntN(20) > 0 {
						continue
					}
					switch rand.IntN(40) {
					case 0:
						s.conn.Close()
					case 1, 2, 3:
						s.conn.Trim()
					default:
						s.conn.Wake()
					}
				}
				r.paused.Store(rand.IntN(2) == 0)
				runtime.Gosched()
			}
		})
	}
	for range 8 {
		clients.Go(func() {
			for range 10 {
				c, err := net.Dial("tcp", r.addr.String())
				if err != nil {
					t.Error(err)
					return
				}
				c.SetDeadline(time.Now().Add(20 * time.Second))
				go io.WriteString(c, strings.Repeat("a\npark\nget 30000\n", 30)+"quit\n")
				if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error("stuck")
				}
				c.Close()
			}
		})
	}
	clients.Wait()
	r.server.Close() // in the middle of it
	r.server.Serve()
	close(stop)
	others.Wait()
}
