package script

// Reads of globals that never change are done once, not each time.
//
// To find redis.call, gopher-lua looks into four maps: the globals, the front of the table redis, its metatable, the table. What
// the sandbox holds is the same for all scripts of an interpreter, though, and no script can change it. So scripts run a copy of
// their prototype in which such reads are constants:
//
//	GETGLOBAL  r "redis"         LOADK r <redis.call>
//	GETTABLEKS r r "call"    →   NOP   r r "call"
//
// Instructions keep their places, so a function may go on with either prototype at any time; it goes back to the original one
// when setfenv gives it other globals. What NOP still names is for error texts (words.go).

import (
	lua "github.com/yuin/gopher-lua"
)

// instruction makes an instruction with a constant, or another number of 18 bits.
func instruction(op, a, bx int) uint32 { return uint32(op)<<opShift | uint32(a)<<18 | uint32(bx) }

func operation(inst uint32) int { return int(inst >> opShift) }

// fold makes the copy, with copies of the prototypes within. The original is its last constant.
func (b *sandbox) fold(proto *lua.FunctionProto) *lua.FunctionProto {
	c := *proto
	c.Code = append([]uint32(nil), proto.Code...)
	c.Constants = append([]lua.LValue(nil), proto.Constants...)
	landing := landings(proto.Code)
	for pc, inst := range proto.Code {
		if operation(inst) != lua.OP_GETGLOBAL || len(c.Constants) > constMask-3 {
			continue
		}
		name := proto.Constants[inst&constMask]
		v := b.unchanging(name)
		if v == nil {
			continue
		}
		reg := registerA(inst)
		if next := pc + 1; next < len(proto.Code) && !landing[next] {
			if field := b.field(proto, v, reg, proto.Code[next]); field != nil {
				v = field
				c.Code[next] = proto.Code[next]&(1<<opShift-1) | uint32(lua.OP_NOP)<<opShift
			}
		}
		c.Code[pc] = instruction(lua.OP_LOADK, reg, len(c.Constants))
		c.Constants = append(c.Constants, v, name)
	}
	c.FunctionPrototypes = make([]*lua.FunctionProto, len(proto.FunctionPrototypes))
	for i, p := range proto.FunctionPrototypes {
		c.FunctionPrototypes[i] = b.fold(p)
	}
	c.Constants = append(c.Constants, &lua.LUserData{Value: proto})
	return &c
}

// unfolded is the prototype that fold has made proto of, proto itself when it has not.
func unfolded(proto *lua.FunctionProto) *lua.FunctionProto {
	if n := len(proto.Constants); n > 0 {
		if u, ok := proto.Constants[n-1].(*lua.LUserData); ok {
			return u.Value.(*lua.FunctionProto)
		}
	}
	return proto
}

// unchanging is the value of a global that never changes, nil when there is none.
func (b *sandbox) unchanging(name lua.LValue) lua.LValue {
	switch v := b.globals.RawGet(name).(type) {
	case *lua.LFunction:
		return v
	case *lua.LTable:
		if b.behind[v] != nil || v == b.keys.table || v == b.argv.table {
			return v
		}
	}
	return nil
}

// field is what next reads of the front in register reg into the same register, nil when next does anything else.
func (b *sandbox) field(proto *lua.FunctionProto, front lua.LValue, reg int, next uint32) lua.LValue {
	t, ok := front.(*lua.LTable)
	key := operandC(next)
	if !ok || operation(next) != lua.OP_GETTABLEKS || registerA(next) != reg || registerB(next) != reg || key&constantBit == 0 {
		return nil
	}
	real, readOnly := b.real(t)
	if !readOnly {
		return nil // KEYS and ARGV
	}
	switch v := real.RawGet(proto.Constants[key&^constantBit]).(type) {
	case *lua.LFunction, lua.LNumber, lua.LString:
		return v
	}
	return nil
}

// landings are the instructions that may be executed without the one before.
func landings(code []uint32) []bool {
	landing := make([]bool, len(code)+2)
	for pc, inst := range code {
		switch operation(inst) {
		case lua.OP_JMP, lua.OP_FORLOOP, lua.OP_FORPREP:
			if to := jumpTarget(pc, inst); to >= 0 && to < len(landing) {
				landing[to] = true
			}
		case lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_TEST, lua.OP_TESTSET, lua.OP_TFORLOOP, lua.OP_LOADBOOL:
			landing[pc+2] = true // they may skip one
		}
	}
	return landing
}

// signedBias is what gopher-lua adds to distances, which may be negative.
const signedBias = constMask >> 1
