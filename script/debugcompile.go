package script

// A script is compiled anew to be debugged: with the lines of instructions where C's Lua has them, so that one stops at the same
// places, and with what is known of its local variables (debugscope.go).

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// compileToDebug compiles a script that compile has taken.
func compileToDebug(source []byte) (*lua.FunctionProto, scopes, error) {
	chunk, err := parseChunk(source, chunkName)
	if err != nil {
		return nil, nil, err
	}
	known := scopesOf(chunk) // before the compiler changes the tree
	proto, err := assemble(chunk, source, chunkName)
	if err != nil {
		return nil, nil, err
	}
	separate(proto)
	settleLines(proto)
	settleEnd(proto, chunk)
	found := scopes{}
	found.assign(proto, known)
	return proto, found, nil
}

// separate undoes what joins instructions of several lines: a MOVEN does the MOVEs behind it at once.
func separate(proto *lua.FunctionProto) {
	for pc, inst := range proto.Code {
		if operation(inst) == lua.OP_MOVEN {
			proto.Code[pc] = inst&(1<<opShift-1) | uint32(lua.OP_MOVE)<<opShift
		}
	}
	for _, p := range proto.FunctionPrototypes {
		separate(p)
	}
}

// settleLines moves instructions to the lines that they have in C: a function is made where its text ends, what leaves a block belongs
// to the block's last line, and what an expression comes to belongs to the line where it ends. So lines never go back, but for
// calls, for loops, and for the name that a function is given.
func settleLines(proto *lua.FunctionProto) {
	lines, named := proto.DbgSourcePositions, -1
	for pc, inst := range proto.Code {
		op := operation(inst)
		if op == lua.OP_CLOSURE {
			inner := proto.FunctionPrototypes[inst&constMask]
			lines[pc], named = inner.LastLineDefined, pc+1+int(inner.NumUpvalues)
			if pc > 0 && isKeyOf(proto.Code[pc-1], proto.Code[named]) { // the field that it becomes
				lines[pc-1] = lines[pc]
			}
			continue
		}
		switch {
		case pc == 0 || pc == named:
		case op == lua.OP_CLOSE, op == lua.OP_JMP && jumpTarget(pc, inst) < pc, lines[pc] < lines[pc-1] && !goesBack(op):
			lines[pc] = lines[pc-1]
		}
	}
	for _, p := range proto.FunctionPrototypes {
		settleLines(p)
	}
}

// isKeyOf reports whether an instruction loads a constant that another one takes for a field's name.
func isKeyOf(load, store uint32) bool {
	op := operation(store)
	return operation(load) == lua.OP_LOADK && (op == lua.OP_SETTABLE || op == lua.OP_SETTABLEKS) && registerB(store) == registerA(load)
}

// goesBack reports whether an instruction may stand in a line before the one that was executed last.
func goesBack(op int) bool {
	switch op {
	case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_FORLOOP, lua.OP_TFORLOOP:
		return true
	}
	return false
}

// jumpTarget is where a jump leads to.
func jumpTarget(pc int, inst uint32) int { return pc + 1 + int(inst&constMask) - signedBias }

// settleEnd moves the return that ends a chunk to the chunk's last line that is not empty.
func settleEnd(proto *lua.FunctionProto, chunk []ast.Stmt) {
	lines, last := proto.DbgSourcePositions, 1
	if end := len(lines) - 1; end > 0 {
		last = max(last, lines[end-1])
	}
	if n := len(chunk); n > 0 {
		last = max(last, chunk[n-1].Line(), chunk[n-1].LastLine())
	}
	lines[len(lines)-1] = last
}
