package script

// redis.call and redis.pcall.

import (
	"strconv"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/double"
)

// redisCall is redis.call: an error reply is raised.
func (in *interpreter) redisCall(L *lua.LState) int {
	v, failed := in.callCommand(L)
	if failed {
		L.Error(v, 0)
	}
	L.Push(v)
	return 1
}

// redisPCall is redis.pcall: an error reply is returned.
func (in *interpreter) redisPCall(L *lua.LState) int {
	v, _ := in.callCommand(L)
	L.Push(v)
	return 1
}

// callCommand executes the command that L's arguments are, and returns its reply.
func (in *interpreter) callCommand(L *lua.LState) (reply lua.LValue, failed bool) {
	args, msg := commandArgs(L)
	if msg != "" {
		return errorTable(L, msg), true
	}
	r := in.run
	out, host := r.ctx.Out, in.engine.host
	spec, _ := host.Registry().Find(args)
	if msg := in.refuse(r, spec, args); msg != "" {
		t := errorTable(L, msg)
		out.OnError(lua.LVAsString(t.RawGetString("err")))
		if spec != nil {
			host.Rejected(r.ctx.Client, spec)
		}
		t.RawSetString(counted, lua.LTrue)
		return t, true
	}
	if spec.Flags.Has(command.Write) && !r.script.Write() {
		return errorTable(L, errKilled), true
	}
	out.Buf = out.Buf[:0]
	r.ctx.Tx.Unlogged = r.unlogged
	host.Call(&r.ctx, spec, args)
	return fromReply(L, out.Buf), out.Buf[0] == '-'
}

// refuse returns the error that keeps a command from being executed, "" when nothing does. Those with a code begin with "-".
func (in *interpreter) refuse(r *run, spec *command.Spec, args [][]byte) string {
	switch {
	case spec == nil || spec.Run == nil:
		return "Unknown Redis command called from script"
	case !spec.ArityOK(len(args)):
		return "Wrong number of args calling Redis command from script"
	case spec.Flags.Has(command.NoScript) && !in.engine.anything:
		return "This Redis command is not allowed from script"
	case r.noWrites && spec.Flags.Has(command.Write|command.MayReplicate):
		return "Write commands are not allowed from read-only scripts."
	case r.script.Wrote(): // it can't be stopped in the middle
		return ""
	}
	if spec.Flags.Has(command.Write) {
		if msg := in.engine.host.WriteError(); msg != "" {
			return "-" + msg
		}
	}
	if spec.Flags.Has(command.DenyOOM) && !r.anyOOM && r.short(in.engine.host) {
		return "-" + command.ErrOutOfMemory
	}
	return ""
}

// short reports whether memory was short when the run asked first.
func (r *run) short(host command.Host) bool {
	if r.oom == oomUnknown {
		r.oom = oomNo
		if host.OutOfMemory(r.ctx.Tx) {
			r.oom = oomYes
		}
	}
	return r.oom == oomYes
}

// commandArgs makes a request of L's arguments. The bytes of strings are shared with Lua, to which strings never change; no
// command changes its arguments either.
func commandArgs(L *lua.LState) (args [][]byte, msg string) {
	n := L.GetTop()
	if n == 0 {
		return nil, "Please specify at least one argument for this redis lib call"
	}
	args = make([][]byte, n)
	for i := range args {
		switch v := L.Get(i + 1).(type) {
		case lua.LString:
			args[i] = bytesOf(string(v))
		case lua.LNumber:
			args[i] = appendNumber(make([]byte, 0, double.MaxLen), float64(v))
		default:
			return nil, "Lua redis lib command arguments must be strings or integers"
		}
	}
	return args, ""
}

// bytesOf is a string as bytes, without a copy: nobody may change them.
func bytesOf(s string) []byte {
	if s == "" {
		return []byte{}
	}
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

// appendNumber writes a number as an argument: an integer with all its digits, anything else with the fewest that read back as it.
func appendNumber(dst []byte, f float64) []byte {
	if n := int64(f); f >= -1<<63 && f < 1<<63 && float64(n) == f {
		return strconv.AppendInt(dst, n, 10)
	}
	return double.Append(dst, f)
}
