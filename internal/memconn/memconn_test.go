package memconn

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

func pair(t *testing.T) (client, server net.Conn) {
	l := Listen()
	client, err := l.Dial()
	require.NoError(t, err)
	server, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = client.Close()
		_ = server.Close()
		_ = l.Close()
	})
	return client, server
}

func TestListener(t *testing.T) {
	l := Listen()
	require.Equal(t, "mem", l.Addr().Network())
	client, err := l.Dial()
	require.NoError(t, err)
	server, err := l.Accept()
	require.NoError(t, err)
	require.Equal(t, "mem:1", client.LocalAddr().String())
	require.Equal(t, "mem:0", client.RemoteAddr().String())
	require.Equal(t, client.LocalAddr(), server.RemoteAddr())
	require.Equal(t, client.RemoteAddr(), server.LocalAddr())

	pending, err := l.Dial()
	require.NoError(t, err)
	require.NoError(t, l.Close())
	require.ErrorIs(t, l.Close(), net.ErrClosed)
	_, err = pending.Read(make([]byte, 1))
	require.Equal(t, io.EOF, err)
	_, err = l.Dial()
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = l.Accept()
	require.ErrorIs(t, err, net.ErrClosed)

	_, err = client.Write([]byte("on")) // what was accepted goes on
	require.NoError(t, err)
	got := make([]byte, 2)
	_, err = io.ReadFull(server, got)
	require.NoError(t, err)
}

func TestListenerCloseWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen()
		errs := make(chan error, 1)
		go func() {
			_, err := l.Accept()
			errs <- err
		}()
		synctest.Wait()
		require.NoError(t, l.Close())
		require.ErrorIs(t, <-errs, net.ErrClosed)

		l = Listen()
		for range maxBacklog {
			_, err := l.Dial()
			require.NoError(t, err)
		}
		dial := func() {
			_, err := l.Dial()
			errs <- err
		}
		go dial()
		synctest.Wait()
		require.Empty(t, errs) // the backlog is full
		_, err := l.Accept()
		require.NoError(t, err)
		require.NoError(t, <-errs)
		go dial()
		synctest.Wait()
		require.NoError(t, l.Close())
		require.ErrorIs(t, <-errs, net.ErrClosed)
	})
}

// Random sizes through a stream, compared with what went in.
func TestStreamOrder(t *testing.T) {
	client, server := pair(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	sent := make([]byte, 4<<20)
	for i := range sent {
		sent[i] = byte(rnd.Uint32())
	}
	go func() {
		rnd := rand.New(rand.NewPCG(3, 4))
		for rest := sent; len(rest) > 0; {
			n, err := client.Write(rest[:min(len(rest), 1+rnd.IntN(100_000))])
			if err != nil {
				break
			}
			rest = rest[n:]
		}
		_ = client.Close()
	}()
	var got []byte
	p := make([]byte, 80_000)
	for {
		n, err := server.Read(p[:1+rnd.IntN(len(p))])
		got = append(got, p[:n]...)
		if err != nil {
			require.Equal(t, io.EOF, err)
			break
		}
	}
	require.True(t, bytes.Equal(sent, got))
}

// The same against a plain byte slice, with the ring checked after each step.
func TestStreamModel(t *testing.T) {
	s := newStream()
	rnd := rand.New(rand.NewPCG(5, 6))
	var model []byte
	next := byte(0)
	for i := range rounds.Of(20_000) {
		size := rnd.IntN(1 << rnd.IntN(18))
		if rnd.IntN(2) == 0 && len(model)+size <= maxBuffer {
			p := make([]byte, size)
			for j := range p {
				p[j] = next
				next++
			}
			n, err := s.write(p)
			require.NoError(t, err)
			require.Equal(t, size, n)
			model = append(model, p...)
		} else if len(model) > 0 && size > 0 {
			p := make([]byte, size)
			n, err := s.read(p)
			require.NoError(t, err)
			require.Equal(t, min(size, len(model)), n)
			require.True(t, bytes.Equal(model[:n], p[:n]), "step %d", i)
			model = model[n:]
		}
		require.Equal(t, len(model), s.count)
		require.LessOrEqual(t, s.count, len(s.buf))
		require.LessOrEqual(t, len(s.buf), maxBuffer)
		require.True(t, len(model) > 0 || len(s.buf) <= keepBuffer)
	}
}

// A pipeline is written before its replies are read, as far as the buffers go.
func TestPipelineBeforeReplies(t *testing.T) {
	client, server := pair(t)
	go func() { _, _ = io.Copy(server, server) }()
	pipeline := bytes.Repeat([]byte("x"), 2*maxBuffer)
	_, err := client.Write(pipeline)
	require.NoError(t, err)
	got := make([]byte, len(pipeline))
	_, err = io.ReadFull(client, got)
	require.NoError(t, err)
	require.Equal(t, pipeline, got)
}

func TestBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t)
		n, err := client.Write(make([]byte, maxBuffer))
		require.NoError(t, err)
		require.Equal(t, maxBuffer, n)

		done := make(chan error, 1)
		go func() {
			_, err := client.Write([]byte("abc"))
			done <- err
		}()
		synctest.Wait()
		require.Empty(t, done)
		_, err = server.Read(make([]byte, 2))
		require.NoError(t, err)
		synctest.Wait()
		require.Empty(t, done) // one byte is still to go
		_, err = server.Read(make([]byte, 2))
		require.NoError(t, err)
		require.NoError(t, <-done)

		require.NoError(t, client.SetWriteDeadline(time.Now().Add(time.Second)))
		n, err = client.Write([]byte("defg"))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Equal(t, 1, n) // as much as there was room for
	})
}

func TestClose(t *testing.T) {
	client, server := pair(t)
	_, err := client.Write([]byte("last words"))
	require.NoError(t, err)
	require.NoError(t, client.Close())
	require.ErrorIs(t, client.Close(), net.ErrClosed)

	_, err = server.Write([]byte("x"))
	require.ErrorIs(t, err, io.ErrClosedPipe)
	got, err := io.ReadAll(server)
	require.NoError(t, err)
	require.Equal(t, "last words", string(got))

	_, err = client.Read(make([]byte, 1))
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = client.Write([]byte("x"))
	require.ErrorIs(t, err, net.ErrClosed)
	require.ErrorIs(t, client.SetDeadline(time.Time{}), net.ErrClosed)
	require.ErrorIs(t, client.SetReadDeadline(time.Time{}), net.ErrClosed)
	require.ErrorIs(t, client.SetWriteDeadline(time.Time{}), net.ErrClosed)
}

func TestCloseWakes(t *testing.T) {
	for name, tt := range map[string]struct {
		closeOwn bool
		read     error
		write    error
	}{
		"own":   {true, net.ErrClosed, net.ErrClosed},
		"other": {false, io.EOF, io.ErrClosedPipe},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := pair(t)
				read, write := make(chan error, 1), make(chan error, 1)
				go func() {
					_, err := client.Read(make([]byte, 1))
					read <- err
				}()
				go func() {
					_, err := client.Write(make([]byte, maxBuffer+1))
					write <- err
				}()
				synctest.Wait()
				if tt.closeOwn {
					require.NoError(t, client.Close())
				} else {
					require.NoError(t, server.Close())
				}
				require.ErrorIs(t, <-read, tt.read)
				require.ErrorIs(t, <-write, tt.write)
			})
		})
	}
}

func requireTimeout(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var netErr net.Error
	require.ErrorAs(t, err, &netErr)
	require.True(t, netErr.Timeout())
}

func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t)
		byteOf := make([]byte, 1)

		// One that is reached while the call waits, at its very time.
		start := time.Now()
		require.NoError(t, client.SetReadDeadline(start.Add(time.Minute)))
		_, err := client.Read(byteOf)
		requireTimeout(t, err)
		require.Equal(t, time.Minute, time.Since(start))

		// It stays passed, even when there is data, and for an empty read; the other direction goes on.
		_, err = server.Write([]byte("a"))
		require.NoError(t, err)
		_, err = client.Read(byteOf)
		requireTimeout(t, err)
		_, err = client.Read(nil)
		requireTimeout(t, err)
		_, err = client.Write([]byte("b"))
		require.NoError(t, err)

		// Cleared, the data is there.
		require.NoError(t, client.SetReadDeadline(time.Time{}))
		_, err = client.Read(byteOf)
		require.NoError(t, err)
		n, err := client.Read(nil)
		require.NoError(t, err)
		require.Zero(t, n)

		// Moved on before it is reached, the old time means nothing.
		start = time.Now()
		require.NoError(t, client.SetReadDeadline(start.Add(time.Second)))
		require.NoError(t, client.SetReadDeadline(start.Add(time.Hour)))
		_, err = client.Read(byteOf)
		requireTimeout(t, err)
		require.Equal(t, time.Hour, time.Since(start))

		// A passed one for both directions.
		require.NoError(t, client.SetDeadline(time.Unix(1, 0)))
		_, err = client.Read(byteOf)
		requireTimeout(t, err)
		_, err = client.Write(nil)
		requireTimeout(t, err)
	})
}

// A deadline that another goroutine sets into the past wakes calls that wait already.
func TestPastDeadlineWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := pair(t)
		read, write := make(chan error, 2), make(chan error, 2)
		for range 2 {
			go func() {
				_, err := client.Read(make([]byte, 1))
				read <- err
			}()
			go func() {
				_, err := client.Write(make([]byte, maxBuffer))
				write <- err
			}()
		}
		synctest.Wait()
		require.NoError(t, <-write) // one of them had room
		start := time.Now()
		require.NoError(t, client.SetDeadline(time.Unix(1, 0)))
		requireTimeout(t, <-read)
		requireTimeout(t, <-read)
		requireTimeout(t, <-write)
		require.Zero(t, time.Since(start))
	})
}

// Everything at once, for the race detector; writes of several goroutines do not mix.
func TestConcurrentUse(t *testing.T) {
	const writers, rounds, size = 4, 50, 9_000
	client, server := pair(t)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			p := bytes.Repeat([]byte{byte(i)}, size)
			for range rounds {
				if _, err := client.Write(p); err != nil {
					t.Error(err)
				}
				if err := client.SetDeadline(time.Now().Add(time.Hour)); err != nil {
					t.Error(err)
				}
				_, _ = client.LocalAddr(), client.RemoteAddr()
			}
		})
	}
	p := make([]byte, size)
	for range writers * rounds {
		_, err := io.ReadFull(server, p)
		require.NoError(t, err)
		require.Equal(t, bytes.Repeat(p[:1], size), p)
	}
	wg.Wait()
}
