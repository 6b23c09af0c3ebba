package script

// gopher-lua's errors in the words of C's Lua 5.1, which scripts may look for.

import (
	"reflect"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// reword is the handler of errors that pcall catches. It raises what it was given, since that makes gopher-lua close the variables
// of the functions that are left.
func reword(L *lua.LState) int {
	L.Error(luaWords(L, L.Get(1)), 0)
	return 0
}

// theirWords are what gopher-lua says, and what Lua says in its place; $1 and $2 are the types of the operands.
var theirWords = []struct {
	theirs *regexp.Regexp
	lua    string
}{
	{regexp.MustCompile(`^cannot perform concat operation between (?:string|number) and (\w+)$`), "attempt to concatenate a $1 value"},
	{regexp.MustCompile(`^cannot perform concat operation between (\w+) and \w+$`), "attempt to concatenate a $1 value"},
	{regexp.MustCompile(`^cannot perform \w+ operation between number and (\w+)$`), "attempt to perform arithmetic on a $1 value"},
	{regexp.MustCompile(`^cannot perform \w+ operation between (\w+) and \w+$`), "attempt to perform arithmetic on a $1 value"},
	{regexp.MustCompile(`^attempt to compare (\w+) with (\w+)$`), "attempt to compare $1 with $2"},
	{regexp.MustCompile(`^stack overflow$|^lua callstack overflow$|^registry overflow$`), "stack overflow"},
}

// luaWords translates an error of gopher-lua's virtual machine. What is no such error stays as it is.
func luaWords(L *lua.LState, raised lua.LValue) lua.LValue {
	s, ok := raised.(lua.LString)
	if !ok {
		return raised
	}
	place, msg := "", string(s)
	d, known := L.GetStack(1)
	if known {
		if _, err := L.GetInfo("Sl", d, lua.LNil); err == nil && d.Source != "" {
			place = d.Source + ":" + lua.LNumber(d.CurrentLine).String() + ":"
			msg = strings.TrimPrefix(strings.TrimPrefix(msg, place), " ")
		}
	}
	if len(msg) == len(s) {
		return raised // it was not raised by the machine
	}
	words := machineWords(L, d, msg)
	if words == msg {
		return raised
	}
	return lua.LString(place + " " + words)
}

// machineWords translates what was raised by the function in d.
func machineWords(L *lua.LState, d *lua.Debug, msg string) string {
	switch {
	case msg == "attempt to call a non-function object":
		return "attempt to call " + operand(L, d, registerA)
	case strings.HasPrefix(msg, "attempt to index a non-table object("):
		return "attempt to index " + operand(L, d, indexedRegister)
	case msg == "__len undefined":
		return "attempt to get length of " + operand(L, d, registerB)
	case msg == "__unm undefined":
		return "attempt to perform arithmetic on " + operand(L, d, registerB)
	}
	for _, w := range theirWords {
		if m := w.theirs.FindStringSubmatchIndex(msg); m != nil {
			words := string(w.theirs.ExpandString(nil, w.lua, msg, m))
			if kinds := sameKinds.FindStringSubmatch(words); kinds != nil && kinds[1] == kinds[2] {
				words = "attempt to compare two " + kinds[1] + " values"
			}
			return words
		}
	}
	return msg
}

var sameKinds = regexp.MustCompile(`^attempt to compare (\w+) with (\w+)$`)

// operand describes what the instruction that the function in d is at works on, in the register that which tells: "field 'x' (a nil
// value)", "a nil value" when it has no name.
func operand(L *lua.LState, d *lua.Debug, which func(inst uint32) int) string {
	f, err := L.GetInfo("f", d, lua.LNil)
	fn, ok := f.(*lua.LFunction)
	if err != nil || !ok || fn.IsG {
		return "a nil value"
	}
	pc := programCounter(d) - 1
	if pc < 0 || pc >= len(fn.Proto.Code) {
		return "a nil value"
	}
	reg := which(fn.Proto.Code[pc])
	if reg&constantBit != 0 {
		return "a constant value"
	}
	name, v := L.GetLocal(d, reg+1)
	kind := "nil"
	if v != nil {
		kind = v.Type().String()
	}
	if name != "" && name[0] != '(' {
		name = "local '" + name + "'"
	} else {
		name = loadedName(fn.Proto, pc, reg)
	}
	if name == "" {
		return "a " + kind + " value"
	}
	return name + " (a " + kind + " value)"
}

// programCounter reads what gopher-lua keeps to itself: the place of the next instruction. It is -1 when there is no such thing.
func programCounter(d *lua.Debug) int {
	frame := reflect.ValueOf(d).Elem().FieldByName("frame")
	if frame.Kind() != reflect.Pointer || frame.IsNil() {
		return -1
	}
	pc := frame.Elem().FieldByName("Pc")
	if pc.Kind() != reflect.Int {
		return -1
	}
	return int(pc.Int())
}

// Fields of gopher-lua's instructions.
func registerA(inst uint32) int { return int(inst>>18) & 0xff }
func registerB(inst uint32) int { return int(inst & 0x1ff) }
func operandC(inst uint32) int  { return int(inst>>9) & 0x1ff }

// indexedRegister holds the table of an instruction that reads or writes a field.
func indexedRegister(inst uint32) int {
	switch operation(inst) {
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		return registerA(inst)
	}
	return registerB(inst)
}

// constantBit marks an operand that is a constant.
const constantBit = 1 << 8

// loadedName is what was loaded into a register before the instruction at pc: "field 'x'", "" when it has no name.
func loadedName(proto *lua.FunctionProto, pc, reg int) string {
	for i := pc - 1; i >= 0; i-- {
		inst := proto.Code[i]
		if registerA(inst) != reg {
			continue
		}
		switch operation(inst) {
		case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_NOP: // see fold.go
			return "field " + constantName(proto, operandC(inst))
		case lua.OP_LOADK:
			if at := int(inst & constMask); at+1 < len(proto.Constants) && at >= len(unfolded(proto).Constants) {
				return "global '" + lua.LVAsString(proto.Constants[at+1]) + "'"
			}
		case lua.OP_SELF:
			return "method " + constantName(proto, operandC(inst))
		case lua.OP_GETGLOBAL:
			return "global '" + lua.LVAsString(proto.Constants[inst&constMask]) + "'"
		case lua.OP_GETUPVAL:
			if up := int(inst & 0x1ff); up < len(proto.DbgUpvalues) {
				return "upvalue '" + proto.DbgUpvalues[up] + "'"
			}
		}
		return ""
	}
	return ""
}

func constantName(proto *lua.FunctionProto, operand int) string {
	if operand&constantBit == 0 || operand&^constantBit >= len(proto.Constants) {
		return "'?'"
	}
	return "'" + lua.LVAsString(proto.Constants[operand&^constantBit]) + "'"
}
