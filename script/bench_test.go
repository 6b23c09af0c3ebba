package script_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/resp"
)

// roundTrips sends a request and waits for a reply of known length, over and over.
func roundTrips(b *testing.B, script, want string) {
	_, rdb := start(b)
	require.NoError(b, rdb.Set(ctx, "k", "v", 0).Err())
	conn, err := net.Dial("unix", rdb.Options().Addr)
	require.NoError(b, err)
	defer conn.Close()
	request := resp.AppendCommand(nil, []byte("EVAL"), []byte(script), []byte("1"), []byte("k"), []byte("other"))
	reply := make([]byte, 4096)
	for b.Loop() {
		if _, err := conn.Write(request); err != nil {
			b.Fatal(err)
		}
		n, err := conn.Read(reply)
		if err != nil || string(reply[:n]) != want {
			b.Fatalf("%q %v", reply[:n], err)
		}
	}
}

func BenchmarkReturn1(b *testing.B) { roundTrips(b, "return 1", ":1\r\n") }

func BenchmarkCompareAndDelete(b *testing.B) {
	roundTrips(b, "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end", ":0\r\n")
}

func BenchmarkThousandCalls(b *testing.B) {
	roundTrips(b, "for i = 1, 1000 do redis.call('get', KEYS[1]) end return 1", ":1\r\n")
}

func BenchmarkLoop(b *testing.B) {
	roundTrips(b, "local s = 0 for i = 1, 10000 do s = s + i % 7 end return 1", ":1\r\n")
}
