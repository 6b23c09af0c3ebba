package server

// Clients that wait until the log is on disk (WAITAOF). Nobody syncs for them: that happens when appendfsync says.

import (
	"sync"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
)

// onDisk are the waits that end when the log is on disk up to some offset.
type onDisk struct {
	srv   *Server
	mu    sync.Mutex // a leaf
	waits map[*waiting]struct{}
}

// OnDisk implements command.Host.
func (s *Server) OnDisk(offset int64) bool {
	log := s.aof.Load()
	return log != nil && log.Synced() >= offset
}

func (d *onDisk) add(w *waiting) {
	d.mu.Lock()
	if d.waits == nil {
		d.waits = map[*waiting]struct{}{}
	}
	d.waits[w] = struct{}{}
	d.mu.Unlock()
	if d.srv.OnDisk(w.onDisk) { // since the command has looked, and before there was somebody to be told
		d.moved()
	}
}

func (d *onDisk) len() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.waits)
}

func (d *onDisk) remove(w *waiting) {
	if w.onDisk == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.waits, w)
}

// moved is told that more is on disk than before. It may be called under the log's lock, so somebody else ends the waits.
func (d *onDisk) moved() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.waits) > 0 {
		go d.pass()
	}
}

// pass ends the waits whose bytes are on disk.
func (d *onDisk) pass() {
	gate := d.srv.store.Gate()
	for _, w := range d.take(func(w *waiting) bool { return d.srv.OnDisk(w.onDisk) }) {
		gate.Enter(w.client.ID)
		w.end(w.reply)
		gate.Leave(w.client.ID)
	}
}

// endAll ends all waits, as the log is off. The caller's unit must be exclusive.
func (d *onDisk) endAll() {
	for _, w := range d.take(func(*waiting) bool { return true }) {
		w.end(func(out *resp.Writer) { out.Error(command.ErrLogOff) })
	}
}

// take takes the waits out of the list that are of a kind.
func (d *onDisk) take(kind func(*waiting) bool) (taken []*waiting) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for w := range d.waits {
		if kind(w) {
			taken = append(taken, w)
			delete(d.waits, w)
		}
	}
	return taken
}
