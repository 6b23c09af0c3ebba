package ldb

import (
	"fmt"
	"strconv"
	"strings"
)

// What a script may say until it stops again, and until then waits to be sent. More is left out, and counted.
const (
	maxLines = 10_000
	maxBytes = 4 << 20
)

// log is what the client is sent with the next reply: an array of lines.
type log struct {
	lines   []string
	bytes   int
	leftOut int
}

// add appends a line.
func (l *log) add(line string) {
	if len(l.lines) >= maxLines || l.bytes+len(line) > maxBytes {
		l.leftOut++
		return
	}
	l.lines = append(l.lines, line)
	l.bytes += len(line)
}

// breaks are what no line may hold.
var breaks = strings.NewReplacer("\r", " ", "\n", " ")

// take returns all lines as a reply, and forgets them. The last line, which says what happens, is always among them.
func (l *log) take(last ...string) []byte {
	lines := l.lines
	if l.leftOut > 0 {
		lines = append(lines, fmt.Sprintf("<hint> %d more lines were left out.", l.leftOut))
	}
	lines = append(lines, last...)
	reply := append(strconv.AppendInt([]byte("*"), int64(len(lines)), 10), "\r\n"...)
	for _, line := range lines {
		reply = append(reply, '+')
		reply = append(reply, breaks.Replace(line)...)
		reply = append(reply, "\r\n"...)
	}
	*l = log{}
	return reply
}
