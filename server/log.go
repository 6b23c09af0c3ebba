package server

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Level is how much a log line matters.
type Level int8

// The levels of the loglevel option, with the marks their lines carry.
const (
	Debug   Level = iota // .
	Verbose              // -
	Notice               // *
	Warning              // #
)

// Logger writes lines in Redis's format: "pid:role day month year time mark text".
type Logger struct {
	mu  sync.Mutex
	out io.Writer
	min Level
}

// NewLogger returns a logger of lines of level min and above. Nothing is written when out is nil.
func NewLogger(out io.Writer, min Level) *Logger { return &Logger{out: out, min: min} }

// SetLevel changes the least level that is written.
func (l *Logger) SetLevel(min Level) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.min = min
}

// Logf writes one line. The time is the machine's, whatever clock the server reads: a log is for people.
func (l *Logger) Logf(level Level, format string, a ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out == nil || level < l.min {
		return
	}
	fmt.Fprintf(l.out, "%d:M %s %c %s\n", os.Getpid(), time.Now().Format("02 Jan 2006 15:04:05.000"),
		".-*#"[level], fmt.Sprintf(format, a...))
}
