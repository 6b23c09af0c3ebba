package script

// What is changed in a text's syntax tree before it is compiled: the operator .. becomes a call of our own function, which writes
// numbers as Lua does and bounds what it builds, and the digits of numbers are read as Lua reads them. And a tree that is too deep
// is refused, since gopher-lua's compiler needs stack for each level.

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// maxSyntaxDepth is how deep expressions and statements may be nested in each other. A chain of additions counts for each, too.
const maxSyntaxDepth = 4000

var errTooDeep = errors.New("chunk has too many syntax levels")

// concatMarker stands in the tree for the function that does .., until patchConcat puts it there.
const concatMarker = "\x00.."

// maxOperands is how many operands of .. one call takes.
const maxOperands = 100

// rewriter walks through a tree.
type rewriter struct{ depth int }

// rewrite changes a tree in place.
func rewrite(chunk []ast.Stmt) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p != errTooDeep {
				panic(p)
			}
			err = errTooDeep
		}
	}()
	(&rewriter{}).stmts(chunk)
	return nil
}

func (r *rewriter) enter() {
	if r.depth++; r.depth > maxSyntaxDepth {
		panic(errTooDeep)
	}
}

func (r *rewriter) leave() { r.depth-- }

func (r *rewriter) stmts(list []ast.Stmt) {
	r.enter()
	defer r.leave()
	for _, s := range list {
		r.stmt(s)
	}
}

func (r *rewriter) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		r.exprs(s.Lhs)
		r.exprs(s.Rhs)
	case *ast.LocalAssignStmt:
		r.exprs(s.Exprs)
	case *ast.FuncCallStmt:
		r.expr(&s.Expr)
	case *ast.DoBlockStmt:
		r.stmts(s.Stmts)
	case *ast.WhileStmt:
		r.expr(&s.Condition)
		r.stmts(s.Stmts)
	case *ast.RepeatStmt:
		r.stmts(s.Stmts)
		r.expr(&s.Condition)
	case *ast.IfStmt:
		r.expr(&s.Condition)
		r.stmts(s.Then)
		r.stmts(s.Else)
	case *ast.NumberForStmt:
		r.expr(&s.Init)
		r.expr(&s.Limit)
		r.expr(&s.Step)
		r.stmts(s.Stmts)
	case *ast.GenericForStmt:
		r.exprs(s.Exprs)
		r.stmts(s.Stmts)
	case *ast.FuncDefStmt:
		r.expr(&s.Name.Func)
		r.expr(&s.Name.Receiver)
		r.stmts(s.Func.Stmts)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs)
	}
}

func (r *rewriter) exprs(list []ast.Expr) {
	for i := range list {
		r.expr(&list[i])
	}
}

func (r *rewriter) expr(p *ast.Expr) {
	r.enter()
	defer r.leave()
	switch e := (*p).(type) {
	case *ast.NumberExpr:
		e.Value = withoutZeros(e.Value)
	case *ast.StringConcatOpExpr:
		*p = r.concat(e)
	case *ast.AttrGetExpr:
		r.expr(&e.Object)
		r.expr(&e.Key)
	case *ast.TableExpr:
		for _, f := range e.Fields {
			r.expr(&f.Key)
			r.expr(&f.Value)
		}
	case *ast.FuncCallExpr:
		r.expr(&e.Func)
		r.expr(&e.Receiver)
		r.exprs(e.Args)
	case *ast.LogicalOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.RelationalOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.ArithmeticOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.UnaryMinusOpExpr:
		r.expr(&e.Expr)
	case *ast.UnaryNotOpExpr:
		r.expr(&e.Expr)
	case *ast.UnaryLenOpExpr:
		r.expr(&e.Expr)
	case *ast.FunctionExpr:
		r.stmts(e.Stmts)
	}
}

// withoutZeros takes the zeros off that gopher-lua would take for the sign of an octal number.
func withoutZeros(digits string) string {
	for len(digits) > 1 && digits[0] == '0' && '0' <= digits[1] && digits[1] <= '9' {
		digits = digits[1:]
	}
	return digits
}

// concat makes a call of a chain a .. b .. c.
func (r *rewriter) concat(e *ast.StringConcatOpExpr) ast.Expr {
	var operands []ast.Expr
	var last ast.Expr = e
	for {
		c, ok := last.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		operands, last = append(operands, c.Lhs), c.Rhs
	}
	operands = append(operands, last)
	r.exprs(operands)
	for len(operands) > maxOperands {
		n := len(operands) - maxOperands
		operands = append(operands[:n], concatCall(e, operands[n:]))
	}
	return concatCall(e, operands)
}

func concatCall(at ast.Expr, operands []ast.Expr) ast.Expr {
	f := &ast.StringExpr{Value: concatMarker}
	call := &ast.FuncCallExpr{Func: f, Args: append([]ast.Expr(nil), operands...), AdjustRet: true}
	switch last := call.Args[len(call.Args)-1].(type) { // an operand is one value
	case *ast.FuncCallExpr:
		last.AdjustRet = true
	case *ast.Comma3Expr:
		last.AdjustRet = true
	}
	for _, n := range []ast.Expr{f, call} {
		n.SetLine(at.Line())
		n.SetLastLine(at.LastLine())
	}
	return call
}

// patchConcat puts the function in the marker's place.
func patchConcat(proto *lua.FunctionProto) {
	for i, c := range proto.Constants {
		if c == lua.LString(concatMarker) {
			proto.Constants[i] = concatFunction
		}
	}
	for _, p := range proto.FunctionPrototypes {
		patchConcat(p)
	}
}

// concatFunction belongs to no interpreter: it needs none.
var concatFunction = &lua.LFunction{IsG: true, GFunction: concat, Env: &lua.LTable{Metatable: lua.LNil}}

// concat is the operator ..: from right to left, as long as both sides are strings or numbers; else their metatables decide.
func concat(L *lua.LState) int {
	n := L.GetTop()
	right := L.Get(n)
	for n--; n > 0; {
		first := n + 1 // of the operands that are text up to right
		if isText(right) {
			for first > 1 && isText(L.Get(first-1)) {
				first--
			}
		}
		if first <= n {
			right = lua.LString(join(L, first, n, right))
			n = first - 1
			continue
		}
		right = concatMeta(L, L.Get(n), right)
		n--
	}
	L.Push(right)
	return 1
}

func isText(v lua.LValue) bool { return lua.LVCanConvToString(v) }

// join puts the arguments from first to last, and what is right of them, together.
func join(L *lua.LState, first, last int, right lua.LValue) string {
	parts := make([]string, 0, 8)
	size := 0
	for i := first; i <= last; i++ {
		parts = append(parts, textOf(L, L.Get(i)))
		size += len(parts[len(parts)-1])
	}
	parts = append(parts, textOf(L, right))
	if size += len(parts[len(parts)-1]); size > auxlib.MaxString {
		L.Error(lua.LString(errMemory), 0)
	}
	return strings.Join(parts, "")
}

func concatMeta(L *lua.LState, left, right lua.LValue) lua.LValue {
	f := L.GetMetaField(left, "__concat")
	if f == lua.LNil {
		f = L.GetMetaField(right, "__concat")
	}
	if f == lua.LNil {
		if isText(left) {
			left = right
		}
		fail(L, "attempt to concatenate a "+left.Type().String()+" value")
	}
	L.Push(f)
	L.Push(left)
	L.Push(right)
	L.Call(2, 1)
	v := L.Get(-1)
	L.Pop(1)
	return v
}
