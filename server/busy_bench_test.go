package server

import (
	"testing"

	"github.com/miniredisd/miniredisd/command"
)

// What a script pays for being watched: its beginning, its end, and each of its calls.
func BenchmarkScript(b *testing.B) {
	s, clients := fedClients(b, 1)
	clients[0].takeUnit(0)
	defer clients[0].giveUnit()
	c := &clients[0].ctx
	script := &command.Script{Kill: func() {}}
	b.Run("begin and end", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.ScriptBegins(c, script)
			s.ScriptEnds(script)
		}
	})
	b.Run("step", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.store.Gate().Step()
			s.store.Gate().EndStep()
		}
	})
}
