package script

// The debugger: sessions in which a client sees a script being executed line by line. What is said to the client, and what its
// commands mean, is package ldb's; how a script is made to stop is in debughook.go.
//
// A session has an interpreter of its own, and its scripts are executed as they were compiled, not as fold.go would have them:
// whoever does not debug pays nothing.

import (
	"bytes"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/script/ldb"
	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// debugger is the session of an interpreter.
type debugger struct {
	in      *interpreter
	session *ldb.Session
	line    command.DebugLine
	private bool // what the script does is lost with the session
	values  ldb.Values
	scopes  scopes // of the script's functions

	redisCall *lua.LFunction // as scripts see it

	latest  *hook     // of the thread that has executed an instruction last
	looking bool      // a hook is at work
	serving bool      // a piece of Lua is executed for the client: it does not stop
	expired bool      // that has taken too long
	since   time.Time // when the script went on, or began to serve
	passed  int       // instructions since the clock was looked at
}

// Debug implements command.Scripts.
func (e *Engine) Debug(c *command.Ctx, read func() (command.ScriptCall, bool), with command.Debugging) {
	session := ldb.New(with.Line, string(c.Args[1]))
	defer session.End()
	call, ok := read()
	if !ok {
		return
	}
	s := e.ofText(c, call.Script, false)
	if s == nil {
		return
	}
	proto, found, err := compileToDebug(s.source())
	if err != nil {
		c.Out.Error("ERR " + err.Error())
		return
	}
	d := e.newDebugger(session, with)
	d.scopes = found
	in := d.in
	in.box.keys.fill(in.L, call.Keys)
	in.box.argv.fill(in.L, call.Args)
	e.perform(c, in, task{name: s.digest, flags: s.flags, readOnly: call.ReadOnly}, in.function(proto))
	e.cache.touch(s)
}

func (e *Engine) newDebugger(session *ldb.Session, with command.Debugging) *debugger {
	in := newInterpreter(e, debugAPI)
	in.box.addArguments()
	d := &debugger{in: in, session: session, line: with.Line, private: with.Private, since: time.Now()}
	d.values.Behind = func(t *lua.LTable) *lua.LTable {
		real, _ := in.box.real(t)
		return real
	}
	d.redisCall = in.L.NewFunction(in.debugCall)
	in.debugger = d
	in.L.SetContext(d.hook(in.L))
	return d
}

// debugAPI adds what scripts have in the table redis that are debugged.
func debugAPI(in *interpreter, redis *lua.LTable) {
	evalAPI(in, redis)
	for name, f := range map[string]lua.LGFunction{
		"call":         in.debugCall,
		"pcall":        in.debugPCall,
		"error_reply":  in.debugReply(redisErrorReply),
		"status_reply": in.debugReply(redisStatusReply),
		"breakpoint": func(L *lua.LState) int {
			in.debugger.session.AtNext = true
			L.Push(lua.LTrue)
			return 1
		},
		"debug": in.debugDebug,
	} {
		redis.RawSetString(name, in.L.NewFunction(f))
	}
}

// debugDebug is redis.debug.
func (in *interpreter) debugDebug(L *lua.LState) int {
	d := in.debugger
	var shown []byte
	for i := 1; i <= L.GetTop(); i++ {
		if i > 1 {
			shown = append(shown, ", "...)
		}
		shown = d.values.Append(shown, L.Get(i), ldb.MaxShown)
	}
	d.session.SayDebug(shown)
	return 0
}

func (in *interpreter) debugCall(L *lua.LState) int {
	v, failed := in.debugger.call(L)
	if failed {
		L.Error(v, 0)
	}
	L.Push(v)
	return 1
}

func (in *interpreter) debugPCall(L *lua.LState) int {
	v, _ := in.debugger.call(L)
	L.Push(v)
	return 1
}

// call executes the command that L's arguments are. One who goes step by step is told of it.
func (d *debugger) call(L *lua.LState) (reply lua.LValue, failed bool) {
	if !d.session.Step {
		return d.in.callCommand(L)
	}
	if args, msg := d.in.request.read(L); msg == "" {
		d.session.SayCall(args)
	}
	out := d.in.room.ctx.Out
	out.Buf = out.Buf[:0]
	reply, failed = d.in.callCommand(L)
	if len(out.Buf) == 0 { // it was refused
		d.session.Say("<error> " + strings.TrimPrefix(errorText(reply), "ERR "))
		return reply, failed
	}
	if failed {
		d.session.Say("<error> " + string(bytes.TrimRight(out.Buf, "\r\n")))
	}
	d.session.SayReply(out.Buf)
	return reply, failed
}

// debugReply is a function that makes a reply; one who goes step by step is told of those that are errors.
func (in *interpreter) debugReply(f lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		_, good := onlyString(L)
		n := f(L)
		t, _ := L.Get(-1).(*lua.LTable)
		if in.debugger.session.Step && t != nil && t.RawGetString("err") != lua.LNil {
			text := "-" + errorText(t)
			if !good {
				text = strings.TrimPrefix(text, "-ERR ")
			}
			in.debugger.session.Say("<error> " + text)
		}
		return n
	}
}

// stopped is a script that has stopped on a thread; it implements ldb.Machine.
type stopped struct {
	*debugger
	at *hook
}

// Ended implements ldb.Machine.
func (s stopped) Ended() bool { return s.in.isKilled() }

// Print implements ldb.Machine.
func (s stopped) Print(name string) {
	if name == "" {
		s.printAll()
		return
	}
	for f := range s.at.frames {
		for local, v := range s.locals(f) {
			if local == name {
				s.say("<value> ", v)
				return
			}
		}
	}
	switch name {
	case "KEYS":
		s.say("<value> ", s.in.box.keys.table)
	case "ARGV":
		s.say("<value> ", s.in.box.argv.table)
	default:
		s.session.Say("No such variable.")
	}
}

func (s stopped) printAll() {
	none := true
	for f := range s.at.frames {
		for local, v := range s.locals(f) {
			s.say("<value> "+local+" = ", v)
			none = false
		}
		break
	}
	if none {
		s.session.Say("No local variables in the current context.")
	}
}

func (s stopped) say(prefix string, v lua.LValue) {
	s.session.SayTrimmed(s.values.Append([]byte(prefix), v, s.session.Trim()))
}

// Trace implements ldb.Machine.
func (s stopped) Trace() {
	how := "In "
	for f := range s.at.frames {
		if f.fn.Proto.SourceName == chunkName {
			s.session.Say(how + f.name() + ":")
			s.session.SayLine(f.line())
		}
		how = "From "
	}
}

// evalChunk is how errors call what the client wants executed.
const evalChunk = "ldb_eval"

// Eval implements ldb.Machine: code is an expression or a list of statements.
func (s stopped) Eval(code string) {
	proto, err := compile([]byte("return "+code), evalChunk)
	if err != nil {
		proto, err = compile([]byte(code), evalChunk)
	}
	if err != nil {
		s.session.Say("<error> " + err.Error())
		return
	}
	raised, results := s.serve(s.in.function(proto), nil)
	switch {
	case raised != nil:
		s.session.Say("<error> " + errorText(raised))
	case len(results) == 0:
		s.say("<retval> ", lua.LNil)
	default:
		s.say("<retval> ", results[0])
	}
}

// errorText is what was raised, as a text.
func errorText(raised lua.LValue) string {
	if t, ok := raised.(*lua.LTable); ok {
		if text, ok := auxlib.Text(t.RawGetString("err")); ok {
			return text
		}
	}
	if text, ok := auxlib.Text(raised); ok {
		return text
	}
	return "(error object is a " + raised.Type().String() + " value)"
}

// Call implements ldb.Machine.
func (s stopped) Call(args []string) {
	var values []lua.LValue
	for _, a := range args {
		values = append(values, lua.LString(a))
	}
	s.session.Step = true
	s.serve(s.redisCall, values)
	s.session.Step = false
}

// serve calls a function for the client, on a thread of its own.
func (s stopped) serve(f *lua.LFunction, args []lua.LValue) (raised lua.LValue, results []lua.LValue) {
	s.in.watcher.begin(s.in.kill.run)
	s.serving, s.expired, s.since, s.passed = true, false, time.Now(), 0
	defer func() {
		s.serving, s.expired = false, false
		s.in.watcher.end()
	}()
	return s.in.protected(s.at.th, f, args)
}
