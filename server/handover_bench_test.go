package server

import (
	"testing"

	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server/driver"
)

// What it costs to wait in BLPOP and to get what another client pushes, between the driver's reading and its writing.
func BenchmarkHandOver(b *testing.B) {
	_, clients := fedClients(b, 2)
	waits, pushes := clients[0], clients[1]
	pop := []byte("*3\r\n$5\r\nBLPOP\r\n$6\r\nlist:1\r\n$1\r\n0\r\n")
	push := []byte("*3\r\n$5\r\nRPUSH\r\n$6\r\nlist:1\r\n$5\r\nvalue\r\n")
	b.ReportAllocs()
	for b.Loop() {
		if _, next, _ := waits.Feed(pop, clock.Mono()); next != driver.Parked {
			b.Fatal("it does not wait")
		}
		feed(pushes, push)
		if feed(waits, nil) == 0 {
			b.Fatal("it got nothing")
		}
	}
}
