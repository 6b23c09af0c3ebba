package ldb

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Machine is the interpreter where it has stopped. Print, Trace, Eval and Call say what there is to say through the Session.
type Machine interface {
	// Print shows a variable, or all of the function that has stopped when name is empty.
	Print(name string)
	// Trace shows which functions have called each other.
	Trace()
	// Eval executes a piece of Lua.
	Eval(code string)
	// Call calls a command of Redis.
	Call(args []string)
	// Ended reports whether the script is to end, whatever the client says.
	Ended() bool
}

// ErrGone is what Serve returns when the client is not there any more.
var ErrGone = errors.New("the client is gone")

// errAborted ends a script whose client wants it to end.
var errAborted = errors.New("script aborted for user request")

// defaultTrim is how many bytes of a value are shown unless the client says otherwise, and minTrim the least that it may say.
const (
	defaultTrim = 256
	minTrim     = 60
)

// Session is one debugging session. It is used by the goroutine that runs the script.
type Session struct {
	// Step makes the script stop at the next line, and be told what it calls until then.
	Step bool
	// AtNext makes it stop at the next line, because it has asked for that itself.
	AtNext bool

	client   io.ReadWriter
	source   source
	log      log
	requests requests
	trim     int // bytes of a value that are shown; 0: all, up to MaxShown
	hinted   bool
	gone     bool // the client
}

// New begins a session about a text. A Read of client returns no bytes, and no error, when somebody wants Machine.Ended to be
// looked at.
func New(client io.ReadWriter, text string) *Session {
	return &Session{Step: true, client: client, source: newSource(text), trim: defaultTrim}
}

// Gone reports whether the client is gone: the script will not stop again.
func (s *Session) Gone() bool { return s.gone }

// SetLine says which line is about to be executed.
func (s *Session) SetLine(line int) { s.source.current = line }

// Breaks reports whether the script stops at a line though nobody steps.
func (s *Session) Breaks(line int) bool { return !s.gone && (s.AtNext || s.source.stops(line)) }

// Say adds a line to what the client is told when the script stops.
func (s *Session) Say(line string) { s.log.add(line) }

// SayLine adds a line of the text.
func (s *Session) SayLine(line int) { s.log.add(s.source.show(line)) }

// SayDebug adds what the script itself has to say.
func (s *Session) SayDebug(values []byte) {
	s.log.add(fmt.Sprintf("<debug> line %d: %s", s.source.current, values))
}

// SayTrimmed adds a line that is cut at the length that the client has chosen.
func (s *Session) SayTrimmed(line []byte) {
	limit := s.Trim()
	if len(line) <= limit {
		s.log.add(string(line))
		return
	}
	s.log.add(string(line[:limit]) + " ...")
	if !s.hinted {
		s.hinted = true
		s.log.add("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.")
	}
}

// SayReply adds the reply of a command.
func (s *Session) SayReply(reply []byte) {
	s.SayTrimmed(appendReply([]byte("<reply> "), reply, s.Trim()))
}

// maxCallArgs is how many arguments of a command are shown.
const maxCallArgs = 10

// SayCall adds a command that is about to be called.
func (s *Session) SayCall(args [][]byte) {
	var b strings.Builder
	b.WriteString("<redis>")
	for i, a := range args {
		if i == maxCallArgs {
			fmt.Fprintf(&b, " ... (%d more)", len(args)-i-1)
			break
		}
		b.WriteByte(' ')
		b.Write(a[:min(len(a), MaxShown)])
	}
	s.log.add(b.String())
}

// Trim is how many bytes of a value are shown.
func (s *Session) Trim() int {
	if s.trim == 0 {
		return MaxShown
	}
	return min(s.trim, MaxShown)
}

// Reasons to stop.
const (
	stepOver   = "step over"
	breakPoint = "break point"
	atNext     = "redis.breakpoint() called"
	tooLong    = "timeout reached, infinite loop?"
)

// Stop stops the script at a line and lets the client give commands until it goes on. late says that it stops because it has run for
// long. With an error, which is to be raised, it does not go on; ErrGone says that it goes on alone.
func (s *Session) Stop(m Machine, line int, late bool) error {
	reason := stepOver
	switch {
	case s.AtNext:
		reason = atNext
	case s.source.stops(line):
		reason = breakPoint
	case late:
		reason = tooLong
	}
	s.Step, s.AtNext = false, false
	s.Say(fmt.Sprintf("* Stopped at %d, stop reason = %s", line, reason))
	s.SayLine(line)
	s.send()
	for !m.Ended() {
		args, err := s.request()
		if err == nil && args != nil {
			var goOn bool
			if goOn, err = s.obey(m, args); goOn {
				return err
			}
		}
		if err == ErrGone {
			s.leave()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// End sends what is left to say, and that the session has ended.
func (s *Session) End() { s.send("<endsession>") }

// leave makes the script run on without a client.
func (s *Session) leave() {
	s.gone, s.Step, s.AtNext = true, false, false
	s.source.breakpoints = nil
}

// send sends what was said. One who does not take it will be found gone by the next Read.
func (s *Session) send(last ...string) {
	if !s.gone {
		s.client.Write(s.log.take(last...))
	}
}

// request waits for a command. nil: there is none, but somebody wants to be heard.
func (s *Session) request() ([]string, error) {
	for room := [4096]byte{}; ; {
		if args, err := s.requests.next(); args != nil || err != nil {
			return args, err
		}
		n, err := s.client.Read(room[:])
		if n == 0 {
			if err != nil {
				return nil, ErrGone
			}
			return nil, nil
		}
		if err := s.requests.add(room[:n]); err != nil {
			return nil, err
		}
	}
}

// obey does what the client wants. goOn: the script goes on, or ends with an error.
func (s *Session) obey(m Machine, args []string) (goOn bool, err error) {
	switch name := strings.ToLower(args[0]); {
	case name == "s", name == "step", name == "n", name == "next":
		s.Step = true
		return true, nil
	case name == "c", name == "continue":
		return true, nil
	case name == "a", name == "abort":
		return true, errAborted
	default:
		s.answer(m, name, args)
	}
	s.send()
	return false, nil
}

// answer says what the client has asked for, while the script waits.
func (s *Session) answer(m Machine, name string, args []string) {
	switch {
	case name == "h", name == "help":
		for _, line := range help {
			s.Say(line)
		}
	case name == "l", name == "list":
		s.list(args[1:])
	case name == "w", name == "whole":
		s.sayAll(s.source.around(1, len(s.source.lines)))
	case name == "p", name == "print":
		variable := ""
		if len(args) == 2 {
			variable = args[1]
		}
		m.Print(variable)
	case name == "b", name == "break":
		s.breakpoints(args[1:])
	case name == "t", name == "trace":
		m.Trace()
	case name == "e", name == "eval":
		m.Eval(strings.Join(args[1:], " "))
	case (name == "r" || name == "redis") && len(args) > 1:
		m.Call(args[1:])
	case name == "m", name == "maxlen":
		s.maxlen(args[1:])
	default:
		s.Say("<error> Unknown Redis Lua debugger command or wrong number of arguments.")
	}
}

func (s *Session) sayAll(lines []string) {
	for _, line := range lines {
		s.Say(line)
	}
}

// listContext is how many lines are listed before and after one.
const listContext = 5

func (s *Session) list(args []string) {
	line, context := s.source.current, listContext
	if len(args) > 0 {
		if n := leadingInt(args[0]); n > 0 {
			line = n
		}
	}
	if len(args) > 1 {
		context = leadingInt(args[1])
	}
	s.sayAll(s.source.around(line, context))
}

// breakpoints lists them, or adds and removes some.
func (s *Session) breakpoints(args []string) {
	set := s.source.breakpoints
	if len(args) == 0 && len(set) == 0 {
		s.Say("No breakpoints set. Use 'b <line>' to add one.")
		return
	}
	if len(args) == 0 {
		s.Say(fmt.Sprintf("%d breakpoints set:", len(set)))
		for _, line := range set {
			s.SayLine(line)
		}
	}
	for _, arg := range args {
		s.setBreakpoint(arg)
	}
}

// setBreakpoint adds a breakpoint at a line, removes it from a negative one, and with 0 all.
func (s *Session) setBreakpoint(arg string) {
	line, err := strconv.ParseInt(arg, 10, 64)
	switch {
	case err != nil || strconv.FormatInt(line, 10) != arg:
		s.Say("Invalid argument:'" + arg + "'")
	case line == 0:
		s.source.breakpoints = nil
		s.Say("All breakpoints removed.")
	case line < 0 && s.source.remove(-line):
		s.Say("Breakpoint removed.")
	case line < 0:
		s.Say("No breakpoint in the specified line.")
	case len(s.source.breakpoints) >= maxBreakpoints:
		s.Say("Too many breakpoints set.")
	case s.source.add(line):
		s.sayAll(s.source.around(int(line), 1))
	default:
		s.Say("Wrong line number.")
	}
}

// maxlen shows or chooses how much of a value is shown.
func (s *Session) maxlen(args []string) {
	if len(args) == 1 {
		s.hinted = true
		if s.trim = leadingInt(args[0]); s.trim != 0 {
			s.trim = max(s.trim, minTrim)
		}
	}
	if s.trim == 0 {
		s.Say("<value> replies are unlimited.")
		return
	}
	s.Say(fmt.Sprintf("<value> replies are truncated at %d bytes.", s.trim))
}

// help is what the command help says.
var help = strings.Split(strings.TrimSpace(`
The debugger's commands; their first letter is enough:
  help                  This list.
  step, next            Execute the current line, and stop at the next one.
  continue              Go on to the next breakpoint, or to the end.
  list                  Show the text around the current line,
  list line [context]   or around another one, with so many lines before and after.
  whole                 Show all of the text.
  print                 Show the local variables,
  print name            or one variable, which may be KEYS or ARGV.
  break                 Show the breakpoints,
  break line            set one,
  break -line           remove one,
  break 0               or all.
  trace                 Show which functions have called each other.
  eval code             Execute Lua. It does not see local variables.
  redis command ...     Call a command.
  maxlen [bytes]        Show only so much of replies and values; 0 is no limit.
  abort                 End the script. In SYNC mode what it has changed remains.
Functions for scripts:
  redis.debug(...)      Show values here.
  redis.breakpoint()    Stop at the next line.
`), "\n")
