package script

// Texts become prototypes: bytecode that any interpreter makes functions of.

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// chunkName is how errors call the text of a script.
const chunkName = "user_script"

// compile makes a prototype of a text. The error is Lua's, with the chunk's name and the line.
func compile(source []byte, name string) (proto *lua.FunctionProto, err error) {
	defer func() {
		if p := recover(); p != nil {
			proto, err = nil, fmt.Errorf("%s: %v", name, p)
		}
	}()
	if len(source) > 0 && source[0] == '\x1b' {
		return nil, fmt.Errorf("%s: bytecode is not accepted", name)
	}
	chunk, err := parseChunk(source, name)
	if err != nil {
		return nil, err
	}
	return assemble(chunk, source, name)
}

// parseChunk makes a tree of a text, with what is ours in it (rewrite.go).
func parseChunk(source []byte, name string) ([]ast.Stmt, error) {
	chunk, err := parse.Parse(bytes.NewReader(source), name)
	if err != nil {
		return nil, syntaxError(source, name, err)
	}
	if err := rewrite(chunk); err != nil {
		return nil, fmt.Errorf("%s: %v", name, err)
	}
	return chunk, nil
}

// assemble makes a prototype of a tree.
func assemble(chunk []ast.Stmt, source []byte, name string) (*lua.FunctionProto, error) {
	proto, err := lua.Compile(chunk, name)
	if err != nil {
		return nil, syntaxError(source, name, err)
	}
	patchConcat(proto)
	compact(proto)
	proto.IsVarArg &^= lua.VarArgNeedsArg // the table arg, which a chunk has no name for
	return proto, nil
}

// compact gives back the room that the compiler has left for more instructions, which is 17 KB: prototypes stay for long.
func compact(proto *lua.FunctionProto) {
	proto.Code = slices.Clone(proto.Code)
	proto.Constants = slices.Clone(proto.Constants)
	proto.DbgSourcePositions = slices.Clone(proto.DbgSourcePositions)
	proto.DbgLocals = slices.Clone(proto.DbgLocals)
	proto.DbgCalls = slices.Clone(proto.DbgCalls)
	proto.DbgUpvalues = slices.Clone(proto.DbgUpvalues)
	proto.FunctionPrototypes = slices.Clone(proto.FunctionPrototypes)
	for _, p := range proto.FunctionPrototypes {
		compact(p)
	}
}

// syntaxError words an error of the parser as Lua does.
func syntaxError(source []byte, name string, err error) error {
	switch e := err.(type) {
	case *parse.Error:
		line, near, msg := e.Pos.Line, e.Token, strings.TrimSpace(e.Message)
		if line == parse.EOF {
			line, near = 1+bytes.Count(source, []byte("\n")), "<eof>"
		}
		switch msg {
		case "syntax error":
			msg = "unexpected symbol"
		case "unterminated string":
			msg = "unfinished string"
		}
		return fmt.Errorf("%s:%d: %s near '%s'", name, line, msg, near)
	case *lua.CompileError:
		return fmt.Errorf("%s:%d: %s", name, e.Line, e.Message)
	}
	return err
}
