// Package slowlog keeps the last commands that took long: what SLOWLOG shows.
//
// Who logs decides what is slow; here lives the list and its limits, on the number of entries and on what an entry keeps
// of its command's arguments. It uses nothing of ours.
package slowlog

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// An entry keeps at most so many arguments, the last of which then tells how many more there were, and of each so many bytes.
const (
	maxArguments = 32
	maxBytes     = 128
)

// Entry is a command that took long.
type Entry struct {
	ID         int64 // numbers go on after Reset
	At         int64 // when it had been executed, in seconds since the epoch
	Took       time.Duration
	Args       []string // as far as kept
	Addr, Name string   // the client's
}

// Log is the list. It is safe for concurrent use.
type Log struct {
	mu      sync.Mutex
	entries []Entry // the oldest first
	nextID  int64
}

// Add appends e, whose ID and Args are filled in, and drops the oldest entries beyond limit.
func (l *Log) Add(e Entry, args [][]byte, limit int64) {
	e.Args = kept(args)
	l.mu.Lock()
	defer l.mu.Unlock()
	e.ID = l.nextID
	l.nextID++
	l.entries = append(l.entries, e)
	l.trim(limit)
}

// Trim drops the oldest entries beyond limit.
func (l *Log) Trim(limit int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trim(limit)
}

func (l *Log) trim(limit int64) {
	if excess := int64(len(l.entries)) - limit; excess > 0 {
		l.entries = slices.Delete(l.entries, 0, int(excess))
	}
}

// Reset empties the list.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}

// Len is the number of entries.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// Latest lists the n newest entries, the newest first; all of them when n is negative.
func (l *Log) Latest(n int64) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n < 0 || n > int64(len(l.entries)) {
		n = int64(len(l.entries))
	}
	latest := slices.Clone(l.entries[len(l.entries)-int(n):])
	slices.Reverse(latest)
	return latest
}

// kept is what an entry keeps of args.
func kept(args [][]byte) []string {
	list := make([]string, 0, min(len(args), maxArguments))
	for i, a := range args {
		if i == maxArguments-1 && len(args) > maxArguments {
			return append(list, fmt.Sprintf("... (%d more arguments)", len(args)-i))
		}
		if len(a) > maxBytes {
			list = append(list, fmt.Sprintf("%s... (%d more bytes)", a[:maxBytes], len(a)-maxBytes))
		} else {
			list = append(list, string(a))
		}
	}
	return list
}
