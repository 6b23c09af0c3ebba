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
	args, msg := in.request.read(L)
	if msg != "" {
		return errorTable(L, msg), true
	}
	r := in.run
	out, host := r.ctx.Out, in.engine.host
	spec := in.find(L, args)
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

// foundCommands is how many commands an interpreter remembers by the strings that name them in scripts.
const foundCommands = 16

// foundCommand is a command without subcommands that was found by its name. The string is kept, so no other has its place in memory.
type foundCommand struct {
	name string
	spec *command.Spec
}

// find is the registry's Find. A name is mostly a constant of a script: the same string each time.
func (in *interpreter) find(L *lua.LState, args [][]byte) *command.Spec {
	name, isString := L.Get(1).(lua.LString)
	place := unsafe.StringData(string(name))
	known := &in.found[uintptr(unsafe.Pointer(place))>>4%foundCommands]
	if isString && known.spec != nil && len(known.name) == len(name) && unsafe.StringData(known.name) == place {
		return known.spec
	}
	spec, top := in.engine.host.Registry().Find(args)
	if isString && spec != nil && len(top.Subcommands) == 0 && len(name) <= maxFoundName {
		*known = foundCommand{string(name), spec}
	}
	return spec
}

// maxFoundName bounds what the memory of names keeps alive.
const maxFoundName = 64

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

// request is room for the arguments of a command. The list is used again, as no command keeps it; the unit may keep an argument.
type request struct{ args [][]byte }

// maxKeptRequest is how many arguments there may be room for between two scripts.
const maxKeptRequest = 64

// numbersAtOnce is for how many numbers room is made.
const numbersAtOnce = 2

// read makes a request of L's arguments, which is good until the next one. The bytes of strings are shared with Lua, to which strings never
// change; no command changes its arguments either.
func (r *request) read(L *lua.LState) (args [][]byte, msg string) {
	n := L.GetTop()
	if n == 0 {
		return nil, "Please specify at least one argument for this redis lib call"
	}
	args = r.args[:0]
	var digits []byte // of all numbers
	for i := 1; i <= n; i++ {
		switch v := L.Get(i).(type) {
		case lua.LString:
			args = append(args, bytesOf(string(v)))
		case lua.LNumber:
			if cap(digits)-len(digits) < double.MaxLen {
				digits = make([]byte, 0, numbersAtOnce*double.MaxLen)
			}
			start := len(digits)
			digits = appendNumber(digits, float64(v))
			args = append(args, digits[start:len(digits):len(digits)])
		default:
			return nil, "Lua redis lib command arguments must be strings or integers"
		}
	}
	r.args = args
	return args, ""
}

// forget lets go of the arguments.
func (r *request) forget() {
	if cap(r.args) > maxKeptRequest {
		r.args = nil
	}
	clear(r.args[:cap(r.args)])
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
