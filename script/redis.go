package script

// The table redis that scripts see.

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/script/number"
)

// What redis.set_repl takes: whom changes are told to.
const (
	replNone    = 0
	replLog     = 1
	replReplica = 2
	replAll     = replLog | replReplica
)

// logLevels are the levels of redis.log, as the server's log marks them.
const logLevels = ".-*#"

// redisTable makes the table with what scripts and functions have in common.
func (in *interpreter) redisTable() *lua.LTable {
	t := in.L.NewTable()
	for name, f := range map[string]lua.LGFunction{
		"call":          in.redisCall,
		"pcall":         in.redisPCall,
		"log":           in.redisLog,
		"setresp":       in.redisSetResp,
		"sha1hex":       redisSHA1,
		"error_reply":   redisErrorReply,
		"status_reply":  redisStatusReply,
		"set_repl":      in.redisSetRepl,
		"acl_check_cmd": in.redisACLCheck,
	} {
		t.RawSetString(name, in.L.NewFunction(f))
	}
	in.addConstants(t)
	for name, n := range map[string]int{
		"REPL_NONE": replNone, "REPL_AOF": replLog, "REPL_SLAVE": replReplica, "REPL_REPLICA": replReplica, "REPL_ALL": replAll,
	} {
		t.RawSetString(name, lua.LNumber(n))
	}
	return t
}

// addConstants adds the levels of redis.log, and the version.
func (in *interpreter) addConstants(t *lua.LTable) {
	for name, n := range map[string]int{"LOG_DEBUG": 0, "LOG_VERBOSE": 1, "LOG_NOTICE": 2, "LOG_WARNING": 3} {
		t.RawSetString(name, lua.LNumber(n))
	}
	version := in.engine.host.RedisVersion()
	t.RawSetString("REDIS_VERSION", lua.LString(version))
	t.RawSetString("REDIS_VERSION_NUM", lua.LNumber(versionNumber(version)))
}

// evalAPI adds what only scripts of EVAL have in the table redis.
func evalAPI(in *interpreter, redis *lua.LTable) {
	constant := func(v lua.LValue) *lua.LFunction {
		return in.L.NewFunction(func(L *lua.LState) int {
			L.Push(v)
			return 1
		})
	}
	redis.RawSetString("breakpoint", constant(lua.LFalse)) // there is no debugger
	redis.RawSetString("debug", in.L.NewFunction(func(*lua.LState) int { return 0 }))
	redis.RawSetString("replicate_commands", constant(lua.LTrue))
}

// versionNumber packs a version "a.b.c" into 0xaabbcc.
func versionNumber(version string) (n int) {
	for part := range strings.SplitSeq(version, ".") {
		v := 0
		for _, digit := range part {
			v = v*10 + int(digit-'0')
		}
		n = n<<8 | v
	}
	return n
}

func (in *interpreter) redisLog(L *lua.LState) int {
	top := L.GetTop()
	if top < 2 {
		return throw(L, "redis.log() requires two arguments or more.")
	}
	level, ok := auxlib.Number(L.Get(1))
	if !ok {
		return throw(L, "First argument must be a number (log level).")
	}
	if level = float64(number.Int64(level)); level < 0 || level >= float64(len(logLevels)) {
		return throw(L, "Invalid log level.")
	}
	var words []string
	for i := 2; i <= top; i++ {
		if s, ok := auxlib.Text(L.Get(i)); ok {
			words = append(words, s)
		}
	}
	in.engine.host.Logf(logLevels[int(level)], "%s", strings.Join(words, " "))
	return 0
}

func (in *interpreter) redisSetResp(L *lua.LState) int {
	if L.GetTop() != 1 {
		return throw(L, "redis.setresp() requires one argument.")
	}
	f, _ := auxlib.Number(L.Get(1))
	proto := number.Int64(f)
	if proto != 2 && proto != 3 {
		return throw(L, "RESP version must be 2 or 3.")
	}
	in.run.ctx.Out.Proto = int(proto)
	return 0
}

func redisSHA1(L *lua.LState) int {
	if L.GetTop() != 1 {
		return throw(L, "wrong number of arguments")
	}
	s, _ := auxlib.Text(L.Get(1))
	L.Push(lua.LString(digestOf(bytesOf(s))))
	return 1
}

// digestOf is the SHA1 of a text, in hex digits.
func digestOf(text []byte) string {
	sum := sha1.Sum(text)
	return hex.EncodeToString(sum[:])
}

// onlyString is the one argument that must be a string.
func onlyString(L *lua.LState) (string, bool) {
	s, ok := L.Get(1).(lua.LString)
	return string(s), ok && L.GetTop() == 1
}

func redisErrorReply(L *lua.LState) int {
	s, ok := onlyString(L)
	switch {
	case !ok:
		s = "wrong number or type of arguments"
	case !strings.HasPrefix(s, "-"):
		s = "-" + s
	}
	L.Push(errorTable(L, s))
	return 1
}

func redisStatusReply(L *lua.LState) int {
	s, ok := onlyString(L)
	if !ok {
		L.Push(errorTable(L, "wrong number or type of arguments"))
		return 1
	}
	t := L.NewTable()
	t.RawSetString("ok", lua.LString(s))
	L.Push(t)
	return 1
}

func (in *interpreter) redisSetRepl(L *lua.LState) int {
	if L.GetTop() != 1 {
		return throw(L, "redis.set_repl() requires one argument.")
	}
	f, _ := auxlib.Number(L.Get(1))
	whom := number.Int64(f)
	if whom&^replAll != 0 {
		return throw(L, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.")
	}
	in.run.unlogged = whom&replLog == 0
	return 0
}

// redisACLCheck answers whether the caller may use a command: there is one user, who may do everything.
func (in *interpreter) redisACLCheck(L *lua.LState) int {
	args, msg := in.request.read(L)
	if msg != "" {
		return throw(L, msg)
	}
	if spec, _ := in.engine.host.Registry().Find(args); spec == nil {
		return throw(L, "Invalid command passed to redis.acl_check_cmd()")
	}
	L.Push(lua.LTrue)
	return 1
}
