package ldb

// How replies of commands are shown.

import (
	"bytes"
	"strconv"

	"github.com/miniredisd/miniredisd/resp"
)

// appendReply appends a whole reply, RESP2 or RESP3, for people to read; of one that takes more than max bytes, at least so many.
func appendReply(dst, reply []byte, max int) []byte {
	s := replyShower{dst: dst, rest: reply, end: len(dst) + max}
	s.value()
	return s.dst
}

type replyShower struct {
	dst, rest []byte
	end       int
}

func (s *replyShower) full() bool { return len(s.dst) > s.end }

// line takes what stands up to the line break.
func (s *replyShower) line() []byte {
	line, rest, _ := bytes.Cut(s.rest, []byte("\r\n"))
	s.rest = rest
	return line
}

func (s *replyShower) value() {
	line := s.line()
	if len(line) == 0 {
		return
	}
	text := line[1:]
	n, _ := strconv.Atoi(string(text))
	switch line[0] {
	case ':', '(':
		s.dst = append(s.dst, text...)
	case '$', '=':
		s.bulk(n)
	case '+', '-':
		s.dst = resp.AppendQuoted(s.dst, string(line))
	case '*', '>':
		if n < 0 {
			s.dst = append(s.dst, "NULL"...)
			return
		}
		s.list("[", "]", n)
	case '~':
		s.list("~(", ")", n)
	case '%':
		s.pairs(n)
	case '_':
		s.dst = append(s.dst, "(null)"...)
	case '#':
		s.dst = append(s.dst, map[bool]string{true: "#true", false: "#false"}[string(text) == "t"]...)
	case ',':
		s.dst = append(append(s.dst, "(double) "...), text...)
	}
}

func (s *replyShower) bulk(n int) {
	if n < 0 {
		s.dst = append(s.dst, "NULL"...)
		return
	}
	s.dst = resp.AppendQuoted(s.dst, string(s.rest[:min(n, max(s.end-len(s.dst), 0)+1)]))
	s.rest = s.rest[n+2:]
}

func (s *replyShower) list(begin, end string, n int) {
	s.dst = append(s.dst, begin...)
	for i := 0; i < n && !s.full(); i++ {
		if i > 0 {
			s.dst = append(s.dst, ',')
		}
		s.value()
	}
	s.dst = append(s.dst, end...)
}

func (s *replyShower) pairs(n int) {
	s.dst = append(s.dst, '{')
	for i := 0; i < n && !s.full(); i++ {
		if i > 0 {
			s.dst = append(s.dst, ',')
		}
		s.value()
		s.dst = append(s.dst, " => "...)
		s.value()
	}
	s.dst = append(s.dst, '}')
}
