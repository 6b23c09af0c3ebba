package load

import (
	"bufio"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hub is a server that knows PUBLISH and SUBSCRIBE, RPUSH and BLPOP.
type hub struct {
	mu        sync.Mutex
	listeners map[string][]net.Conn
	waits     map[string]net.Conn
	missed    int // pushes that nobody waited for
	pushes    int
}

func startHub(t *testing.T) (h *hub, addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	h = &hub{listeners: map[string][]net.Conn{}, waits: map[string]net.Conn{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go h.serve(c)
		}
	}()
	return h, l.Addr().String()
}

func (h *hub) serve(c net.Conn) {
	defer c.Close()
	for r := bufio.NewReader(c); ; {
		args, err := readRequest(r)
		if err != nil {
			return
		}
		if args[0] == "RPUSH" { // BLPOP was sent before
			for range 1000 {
				h.mu.Lock()
				waits := h.waits[args[1]] != nil
				h.mu.Unlock()
				if waits {
					break
				}
				time.Sleep(time.Millisecond)
			}
		}
		h.mu.Lock()
		switch args[0] {
		case "SUBSCRIBE":
			h.listeners[args[1]] = append(h.listeners[args[1]], c)
			io.WriteString(c, string(appendRequest(nil, "subscribe", args[1], "1")))
		case "PUBLISH":
			h.pushes++
			for _, l := range h.listeners[args[1]] {
				l.Write(appendRequest(nil, "message", args[1], args[2]))
			}
			io.WriteString(c, ":1\r\n")
		case "BLPOP":
			h.waits[args[1]] = c
		case "RPUSH":
			h.pushes++
			if w := h.waits[args[1]]; w != nil {
				w.Write(appendRequest(nil, args[1], args[2]))
				h.waits[args[1]] = nil
			} else {
				h.missed++
			}
			io.WriteString(c, ":1\r\n")
		default:
			io.WriteString(c, "-ERR unknown command\r\n")
		}
		h.mu.Unlock()
	}
}

func TestPush(t *testing.T) {
	for _, p := range []Push{{Groups: 3, Subscribers: 1, Value: 5}, {Groups: 1, Subscribers: 20, Value: 5}, {Groups: 4, Value: 5}} {
		h, addr := startHub(t)
		o, err := p.Open(t.Context(), addr)
		require.NoError(t, err)
		r, err := o.Run(50)
		require.NoError(t, err)
		require.Greater(t, r.RPS, 0.0)
		_, err = o.Run(7)
		require.NoError(t, err)
		o.Close()
		require.Equal(t, 57, h.pushes)
		require.Zero(t, h.missed)
		if p.Subscribers > 0 {
			require.Len(t, h.listeners, p.Groups)
			require.Len(t, h.listeners["channel:0"], p.Subscribers)
		}
	}
}

func TestPushEndsAtAnError(t *testing.T) {
	f := startFake(t, func(args []string) string { return "-ERR unknown command '" + args[0] + "'\r\n" })
	_, err := Push{Groups: 2, Subscribers: 3}.Open(t.Context(), f.addr)
	require.ErrorContains(t, err, "unknown command 'SUBSCRIBE'")
	o, err := Push{Groups: 2}.Open(t.Context(), f.addr)
	require.NoError(t, err)
	defer o.Close()
	_, err = o.Run(10)
	require.ErrorContains(t, err, "unknown command")
	_, err = Push{Groups: 1}.Open(t.Context(), "127.0.0.1:1")
	require.Error(t, err)
}
