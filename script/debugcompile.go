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

// settleLines moves instructions to the lines that they have in C: a function is made where its text ends, and what leaves a block
// belongs to the block's last line.
func settleLines(proto *lua.FunctionProto) {
	lines := proto.DbgSourcePositions
	for pc, inst := range proto.Code {
		switch op := operation(inst); {
		case op == lua.OP_CLOSURE:
			lines[pc] = proto.FunctionPrototypes[inst&constMask].LastLineDefined
		case pc == 0:
		case op == lua.OP_CLOSE, op == lua.OP_JMP && (jumpTarget(pc, inst) < pc || lines[pc] < lines[pc-1]):
			lines[pc] = lines[pc-1]
		}
	}
	for _, p := range proto.FunctionPrototypes {
		settleLines(p)
	}
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
