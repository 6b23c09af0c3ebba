package script

// A library comes to be: its first line, #!lua name=mylib, says its name; the rest is run once, in a world where there is nothing
// but redis.register_function and what goes with it.

import (
	"errors"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
)

// libraryChunk is how errors call the text of a library.
const libraryChunk = "user_function"

// loadTimeout is how long the text of a library may run.
const loadTimeout = 500 * time.Millisecond

var errLibraryName = errors.New("Library names can only contain letters, numbers, or underscores(_) and must be at least one " +
	"character long")

// libraryHeader reads the first line of a library. source is its text without that line.
func libraryHeader(text []byte) (name string, source []byte, err error) {
	line, source, err := cutShebang(text)
	switch {
	case line == nil && err == nil:
		return "", nil, errors.New("Missing library metadata")
	case err != nil:
		return "", nil, errors.New("Invalid library metadata")
	}
	named := false
	for _, option := range line.options {
		value, ok := cutPrefixFold(option, "name=")
		switch {
		case !ok:
			return "", nil, fmt.Errorf("Invalid metadata value given: %s", option)
		case named:
			return "", nil, errors.New("Invalid metadata value, name argument was given multiple times")
		}
		name, named = value, true
	}
	switch engine := strings.TrimPrefix(line.engine, "#!"); {
	case !named:
		return "", nil, errors.New("Library name was not given")
	case !isName(name):
		return "", nil, errLibraryName
	case !strings.EqualFold(engine, "lua"):
		return "", nil, fmt.Errorf("Engine '%s' not found", engine)
	}
	return name, source, nil
}

// cutPrefixFold is strings.CutPrefix that ignores case.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// isName reports whether a library or a function may have this name.
func isName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_':
		default:
			return false
		}
	}
	return name != ""
}

// loadLibrary makes a library of its text. unlimited lets it take any time, as when the log is loaded.
func (e *Engine) loadLibrary(text []byte, unlimited bool) (*library, error) {
	name, source, err := libraryHeader(text)
	if err != nil {
		return nil, err
	}
	proto, err := compile(source, libraryChunk)
	if err != nil {
		return nil, fmt.Errorf("Error compiling function: %w", err)
	}
	if e.functions == nil {
		e.functions = newInterpreter(e, func(*interpreter, *lua.LTable) {})
	}
	in := e.functions
	number := in.kill.next()
	in.watcher.begin(number)
	defer in.watcher.end()
	if !unlimited {
		timer := time.AfterFunc(loadTimeout, func() { in.kill.kill(number, "FUNCTION LOAD timeout") })
		defer timer.Stop()
	}
	in.loading = &library{name: name, text: string(text)}
	defer func() { in.loading = nil }()
	f := in.L.NewFunctionFromProto(proto)
	f.Env = in.box.front(in.box.globals)
	in.box.narrow(in.loadAPI())
	_, failed := in.call(f)
	in.box.widen()
	switch {
	case failed != nil:
		return nil, fmt.Errorf("Error registering functions: %s", describe(failed).msg)
	case len(in.loading.functions) == 0:
		return nil, errors.New("No functions registered")
	}
	for _, f := range in.loading.functions {
		in.foldFunctions(f.callback)
	}
	return in.loading, nil
}

// foldFunctions makes a function, and those that it holds in variables, read as constants what does not change. While the library's
// text runs that would be wrong, as the globals are others then.
func (in *interpreter) foldFunctions(f *lua.LFunction) {
	if f.IsG || f.Proto != unfolded(f.Proto) || f.Env != in.box.front(in.box.globals) {
		return
	}
	f.Proto = in.box.fold(f.Proto)
	for _, u := range f.Upvalues {
		if held, ok := u.Value().(*lua.LFunction); ok {
			in.foldFunctions(held)
		}
	}
}

// loadAPI is the world in which the text of a library is run.
func (in *interpreter) loadAPI() *lua.LTable {
	if in.api != nil {
		return in.api
	}
	L := in.L
	missing := L.NewTable()
	missing.RawSetString("__index", L.NewFunction(missingGlobal))
	redis := L.NewTable()
	in.addConstants(redis)
	redis.RawSetString("log", L.NewFunction(in.redisLog))
	redis.RawSetString("register_function", L.NewFunction(in.registerFunction))
	redis.Metatable = missing
	in.api = L.NewTable()
	in.api.RawSetString("redis", in.box.front(redis))
	in.api.RawSetString("server", in.box.front(redis))
	in.api.Metatable = missing
	return in.api
}

// registerFunction is redis.register_function.
func (in *interpreter) registerFunction(L *lua.LState) int {
	n := L.GetTop()
	if n < 1 || n > 2 {
		return throw(L, "wrong number of arguments to redis.register_function")
	}
	var f *function
	var err error
	if n == 1 {
		f, err = namedArguments(L.Get(1))
	} else {
		f, err = positionalArguments(L.Get(1), L.Get(2))
	}
	switch {
	case in.loading == nil:
		err = errors.New("redis.register_function can only be called on FUNCTION LOAD command")
	case err != nil:
	case !isName(f.name):
		err = errLibraryName
	case in.loading.find(f.name) != nil:
		err = errors.New("Function already exists in the library")
	}
	if err != nil {
		return throw(L, err.Error())
	}
	in.loading.functions = append(in.loading.functions, f)
	return 0
}

// positionalArguments reads (name, callback).
func positionalArguments(name, callback lua.LValue) (f *function, err error) {
	f = &function{}
	var ok bool
	if f.name, ok = stringOf(name); !ok {
		return nil, errors.New("first argument to redis.register_function must be a string")
	}
	if f.callback, ok = callback.(*lua.LFunction); !ok {
		return nil, errors.New("second argument to redis.register_function must be a function")
	}
	return f, nil
}

// stringOf is a string, or a number as one.
func stringOf(v lua.LValue) (string, bool) { return lua.LVAsString(v), lua.LVCanConvToString(v) }

// namedArguments reads {function_name=…, callback=…, description=…, flags={…}}.
func namedArguments(v lua.LValue) (f *function, err error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, errors.New("calling redis.register_function with a single argument is only applicable to Lua table " +
			"(representing named arguments).")
	}
	f = &function{}
	named := false
	t.ForEach(func(key, v lua.LValue) {
		if err != nil {
			return
		}
		name, ok := stringOf(key)
		if !ok {
			err = errors.New("named argument key given to redis.register_function is not a string")
			return
		}
		switch strings.ToLower(name) {
		case "function_name":
			named = true
			if f.name, ok = stringOf(v); !ok {
				err = errors.New("function_name argument given to redis.register_function must be a string")
			}
		case "description":
			text, ok := stringOf(v)
			if !ok {
				err = errors.New("description argument given to redis.register_function must be a string")
			}
			f.description = &text
		case "callback":
			if f.callback, ok = v.(*lua.LFunction); !ok {
				err = errors.New("callback argument given to redis.register_function must be a function")
			}
		case "flags":
			f.flags, err = flagsOf(v)
		default:
			err = errors.New("unknown argument given to redis.register_function")
		}
	})
	switch {
	case err != nil:
	case !named:
		err = errors.New("redis.register_function must get a function name argument")
	case f.callback == nil:
		err = errors.New("redis.register_function must get a callback argument")
	}
	return f, err
}

// flagsOf reads a list of the names of flags, in any case.
func flagsOf(v lua.LValue) (f flags, err error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return 0, errors.New("flags argument to redis.register_function must be a table representing function flags")
	}
	for i := 1; ; i++ {
		v := t.RawGetInt(i)
		if v == lua.LNil {
			return f, nil
		}
		name, _ := stringOf(v)
		flag := flagNamed(strings.ToLower(name))
		if flag == 0 {
			return 0, errors.New("unknown flag given")
		}
		f |= flag
	}
}

// names are the names of flags.
func (f flags) names() (names []string) {
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

var _ command.Functions = (*Engine)(nil)
