package ldb

import (
	"fmt"
	"slices"
	"strings"
)

// maxBreakpoints is how many lines may have a breakpoint.
const maxBreakpoints = 64

// source is the text that is debugged, and where it stops.
type source struct {
	lines       []string
	breakpoints []int // in the order in which they were set
	current     int   // the line that is about to be executed; the first is 1
}

func newSource(text string) source {
	text = strings.TrimRight(text, "\r\n")
	if text == "" {
		return source{}
	}
	return source{lines: strings.Split(text, "\n")}
}

// stops reports whether a line has a breakpoint.
func (s *source) stops(line int) bool { return slices.Contains(s.breakpoints, line) }

// show is a line as lists show it.
func (s *source) show(line int) string {
	mark := [2]byte{' ', ' '}
	if line == s.current {
		mark = [2]byte{'-', '>'}
	}
	stop := byte(' ')
	if s.stops(line) {
		stop = '#'
	}
	text := "<out of range source code line>"
	if 1 <= line && line <= len(s.lines) {
		text = s.lines[line-1]
	}
	return fmt.Sprintf("%s%c%-3d %s", mark[:], stop, line, text)
}

// around lists the lines that are not further from line than context.
func (s *source) around(line, context int) (shown []string) {
	for n := max(line-context, 1); n <= min(line+context, len(s.lines)); n++ {
		shown = append(shown, s.show(n))
	}
	return shown
}

// add sets a breakpoint. False: there is one already, or no such line.
func (s *source) add(line int64) bool {
	if line > int64(len(s.lines)) || s.stops(int(line)) {
		return false
	}
	s.breakpoints = append(s.breakpoints, int(line))
	return true
}

// remove takes a breakpoint away. False: there was none.
func (s *source) remove(line int64) bool {
	before := len(s.breakpoints)
	s.breakpoints = slices.DeleteFunc(s.breakpoints, func(b int) bool { return int64(b) == line })
	return len(s.breakpoints) < before
}
