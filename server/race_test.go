package server

import (
	"io"
	"strings"
	"sync"
	"testing"
)

// Clients look at each other, kill each other and pause each other while they work. The race detector is the judge.
func TestClientsMayLookAtEachOther(t *testing.T) {
	s := startWith(t, nil)
	var all sync.WaitGroup
	script := strings.Repeat("SET k v\r\nMULTI\r\nSET k w\r\nNOSUCH\r\nDISCARD\r\nWATCH k\r\nCLIENT SETNAME x\r\nMULTI\r\nGET k\r\nEXEC\r\n"+
		"CLIENT LIST\r\nCLIENT PAUSE 1 WRITE\r\nCLIENT INFO\r\nCLIENT UNPAUSE\r\nSELECT 1\r\nHELLO 3\r\n", 20)
	for range 8 {
		p := dial(t, s)
		all.Go(func() {
			p.Write([]byte(script + "QUIT\r\n"))
			io.Copy(io.Discard, p)
		})
	}
	for range 20 {
		dial(t, s).do("CLIENT KILL ID 99999 SKIPME YES MAXAGE 1", ":0")
		s.tendClients()
		s.Clients()
	}
	all.Wait()
	dial(t, s).do("PING", "+PONG")
}
