package proc

import (
	"context"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets this test binary be the server that the tests start: it listens on the port in its arguments.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "fail" {
		fmt.Println("cannot bind")
		os.Exit(1)
	}
	if len(os.Args) == 3 && os.Args[1] == "serve" {
		l, err := net.Listen("tcp", "127.0.0.1:"+os.Args[2])
		if err != nil {
			panic(err)
		}
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			for end := time.Now().Add(30 * time.Millisecond); time.Now().Before(end); { // use CPU time, visibly
			}
			c.Write([]byte("+PONG\r\n"))
			c.Close()
		}
	}
	os.Exit(m.Run())
}

func TestProcess(t *testing.T) {
	p := start(t, "serve", "{port}")
	var c net.Conn
	require.Eventually(t, func() (ok bool) {
		var err error
		c, err = net.Dial("tcp", p.Addr)
		return err == nil
	}, 10*time.Second, time.Millisecond)
	before, err := p.CPU()
	require.NoError(t, err)
	_, err = c.Read(make([]byte, 10))
	require.NoError(t, err)
	after, err := p.CPU()
	require.NoError(t, err)
	require.Greater(t, after, before)
	rss, err := p.RSS()
	require.NoError(t, err)
	require.Greater(t, rss, int64(100<<10))
	require.NoError(t, p.Exited())
	require.NoError(t, p.Stop())
	_, err = p.RSS()
	require.Error(t, err)
	require.Error(t, p.Exited())
	require.NoDirExists(t, p.dir)
	_, err = p.CPU()
	require.Error(t, err)
}

func TestProcessThatEndsAtOnceShowsItsLog(t *testing.T) {
	p := start(t, "fail", "{port}")
	<-p.done
	require.ErrorContains(t, p.Exited(), "cannot bind")
	text, err := p.Log()
	require.NoError(t, err)
	require.Equal(t, "cannot bind\n", text)
	require.NoError(t, p.Stop())
}

func TestStartOfNoProgram(t *testing.T) {
	_, err := Start(context.Background(), Spec{Name: "none", Argv: []string{"/no/such/program"}}, Pin{})
	require.ErrorContains(t, err, "none")
}

func start(t *testing.T, args ...string) *Process {
	self, err := os.Executable()
	require.NoError(t, err)
	p, err := Start(t.Context(), Spec{Name: "self", Argv: append([]string{self}, args...)}, Choose().Server)
	require.NoError(t, err)
	return p
}

func TestSelfCPU(t *testing.T) {
	before, err := SelfCPU()
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		after, err := SelfCPU()
		return err == nil && after > before
	}, 10*time.Second, time.Millisecond)
}

func TestOpenFiles(t *testing.T) {
	n, err := OpenFiles()
	require.NoError(t, err)
	require.NotZero(t, n)
}
