package server

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/drivertest"
)

// BenchmarkBlockedClients shows what 10,000 clients cost that wait in BLPOP, half of them for a time: goroutines of each, and
// how much of a processor all of them take for a second in which nothing happens.
func BenchmarkBlockedClients(b *testing.B) {
	b.Run(drivertest.Driver(), blockedClients)
}

func blockedClients(b *testing.B) {
	const many = 10_000
	s := startWith(b, nil, "--maxclients", "11000")
	before := runtime.NumGoroutine()
	peers := exec.Command(os.Args[0])
	peers.Env = append(os.Environ(), holdEnv+"="+strconv.Itoa(s.Port())+" "+strconv.Itoa(many))
	end, err := peers.StdinPipe()
	require.NoError(b, err)
	require.NoError(b, peers.Start())
	defer func() { end.Close(); peers.Wait() }()
	for s.waiting.Load() < many {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(3 * time.Second) // until they count as silent, and have given up their buffers
	b.ResetTimer()
	used := 0.0
	for range b.N {
		from := busy()
		time.Sleep(time.Second)
		used += busy() - from
	}
	b.ReportMetric(float64(runtime.NumGoroutine()-before)/many, "goroutines/client")
	b.ReportMetric(used*1000/float64(b.N), "cpu-ms/s")
}

// busy is for how many seconds this process has used a processor so far.
func busy() float64 {
	self, _ := cpuTimes()
	return self.user + self.system
}

// holdEnv makes of this program, run once more, the peers of the benchmark: they would take more descriptors than one process
// may have. It holds the server's port and how many they are.
const holdEnv = "MINIREDISD_TEST_BLOCKED_CLIENTS"

// holdConnections waits in BLPOP over many connections, until its input ends.
func holdConnections(spec string) {
	var port, many int
	fmt.Sscan(spec, &port, &many)
	for i := range many {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "BLPOP k%d %d\r\n", i%100, i%2*1000)
	}
	io.Copy(io.Discard, os.Stdin)
}
