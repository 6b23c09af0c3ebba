package script

// EVAL, EVALSHA and SCRIPT.

import (
	"github.com/miniredisd/miniredisd/command"
)

const errNoScript = "NOSCRIPT No matching script. Please use EVAL."

// Eval implements command.Scripts.
func (e *Engine) Eval(c *command.Ctx, call command.ScriptCall) {
	if s := e.ofText(c, call.Script, false); s != nil {
		e.evaluate(c, s, call)
	}
}

// ofText returns the script with that text, which is compiled and kept if it is not known. It replies an error, and returns nil, when the
// text is no script.
func (e *Engine) ofText(c *command.Ctx, text []byte, stays bool) *loaded {
	if s := e.cache.ofText(text); s != nil {
		return s
	}
	s, msg := e.learn(text, stays)
	if msg != "" {
		c.Out.Error(msg)
		return nil
	}
	return s
}

// EvalSHA implements command.Scripts.
func (e *Engine) EvalSHA(c *command.Ctx, call command.ScriptCall) {
	s := e.cache.ofDigest(call.Script)
	if s == nil {
		c.Out.Error(errNoScript)
		return
	}
	e.evaluate(c, s, call)
}

func (e *Engine) evaluate(c *command.Ctx, s *loaded, call command.ScriptCall) {
	if e.eval == nil || e.eval.broken {
		e.eval = newInterpreter(e, evalAPI)
		e.eval.box.addArguments()
	}
	in := e.eval
	keys, argv := &in.box.keys, &in.box.argv
	keys.fill(in.L, call.Keys)
	argv.fill(in.L, call.Args)
	e.perform(c, in, task{name: s.digest, flags: s.flags, readOnly: call.ReadOnly}, s.function(in))
	keys.empty(len(call.Keys))
	argv.empty(len(call.Args))
	e.cache.touch(s)
}

// learn compiles a script and keeps it. msg is the error, if any.
func (e *Engine) learn(text []byte, stays bool) (s *loaded, msg string) {
	f, source, err := scriptHeader(text)
	if err != nil {
		return nil, "ERR " + err.Error()
	}
	proto, err := compile(source, chunkName)
	if err != nil {
		return nil, "ERR Error compiling script (new function): " + err.Error()
	}
	s = &loaded{digest: digestOf(text), text: string(text), flags: f, proto: proto}
	e.cache.add(s, stays)
	return s, ""
}

// source is the text without its first line, if that says what the script is.
func (s *loaded) source() []byte {
	_, source, _ := scriptHeader([]byte(s.text))
	return source
}

// Load implements command.Scripts.
func (e *Engine) Load(c *command.Ctx, text []byte) {
	if s := e.ofText(c, text, true); s != nil {
		e.cache.keep(s)
		c.Out.BulkString(s.digest)
	}
}

// Exists implements command.Scripts.
func (e *Engine) Exists(digest []byte) bool { return e.cache.ofDigest(digest) != nil }

// Flush implements command.Scripts. The interpreter goes, too: what cjson was told to do differently is forgotten with it.
func (e *Engine) Flush() {
	e.cache.flush()
	e.eval = nil
}

// Flags implements command.Scripts.
func (e *Engine) Flags(cmd command.Flags, script []byte, digest bool) command.Flags {
	var s *loaded
	if digest {
		s = e.cache.ofDigest(script)
	} else {
		s = e.cache.ofText(script)
	}
	if s != nil {
		return s.flags.commandFlags(cmd)
	}
	if digest {
		return cmd
	}
	f, _, err := scriptHeader(script)
	if err != nil {
		return cmd
	}
	return f.commandFlags(cmd)
}

// engineMemory is about what an interpreter takes, in bytes.
const engineMemory = 48 << 10

// Figures implements command.Scripts.
func (e *Engine) Figures() command.ScriptFigures {
	scripts, evicted, memory := e.cache.figures()
	return command.ScriptFigures{Cached: scripts, Evicted: evicted, ScriptsMemory: uint64(memory), EngineMemory: engineMemory}
}

// ResetStats zeroes what CONFIG RESETSTAT zeroes.
func (e *Engine) ResetStats() {
	e.cache.resetStats()
	e.freed.Store(0)
}
