package script

// Which local variables a function has, and where they can be seen. gopher-lua keeps a list of them, for debuggers, but the ends of
// their scopes in it are wrong, and so it takes one variable for another after the first block that has ended. So the names and
// registers are found out here, by a walk through the syntax tree in the compiler's order; the list only says at which instruction
// each variable begins. Where it ends is told by the lines of its block.

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// variable is a local variable of a function.
type variable struct {
	name     string
	register int
	start    int // the first instruction that can see it
	from, to int // the lines of its block; another block's line does not see it
}

// seen reports whether an instruction of a line sees the variable.
func (v *variable) seen(pc, line int) bool { return v.start <= pc && v.from <= line && line <= v.to }

// scopes are the variables of functions, in the order of their registers.
type scopes map[*lua.FunctionProto][]variable

// body is a function in the tree: its variables, in the order in which the compiler makes them, and the functions in it.
type body struct {
	first, last int // lines; of the whole text 0
	variables   []variable
	inner       []*body

	registers int // of variables, where the walk is
}

// assign gives the variables of a body to its prototype, and so for the functions in it.
func (s scopes) assign(proto *lua.FunctionProto, b *body) {
	for i := range min(len(proto.DbgLocals), len(b.variables)) {
		v := &b.variables[i]
		if v.name != proto.DbgLocals[i].Name {
			b.variables = b.variables[:i] // nothing is known of the others
			break
		}
		v.start += proto.DbgLocals[i].StartPc
	}
	hidden := 0 // the variables of a loop that have no name begin where the loop's own do
	for i := len(b.variables) - 1; i >= 0; i-- {
		if v := &b.variables[i]; v.name[0] == '(' {
			v.start = max(v.start, hidden)
		} else {
			hidden = v.start
		}
	}
	s[proto] = b.variables
	inner := b.inner
	for _, p := range proto.FunctionPrototypes {
		for i, candidate := range inner {
			if candidate.first == p.LineDefined && candidate.last == p.LastLineDefined {
				s.assign(p, candidate)
				inner = append(inner[:i:i], inner[i+1:]...)
				break
			}
		}
	}
}

// endOfText is a line behind all others.
const endOfText = 1 << 30

// scopesOf walks through a chunk.
func scopesOf(chunk []ast.Stmt) *body {
	b := &body{}
	b.block(chunk, 0, endOfText)
	return b
}

// function walks through a function that is made in b.
func (b *body) function(f *ast.FunctionExpr, method bool) {
	inner := &body{first: f.Line(), last: f.LastLine()}
	b.inner = append(b.inner, inner)
	if method {
		inner.declare(0, endOfText, "self")
	}
	inner.declare(0, endOfText, f.ParList.Names...)
	if f.ParList.HasVargs {
		inner.declare(0, endOfText, "arg")
	}
	inner.block(f.Stmts, 0, endOfText)
}

// declare makes variables that the lines from one to the other see.
func (b *body) declare(from, to int, names ...string) {
	for _, name := range names {
		b.variables = append(b.variables, variable{name: name, register: b.registers, from: from, to: to})
		b.registers++
	}
}

// block walks through the statements of a block that lies between two lines.
func (b *body) block(stmts []ast.Stmt, from, to int) {
	registers := b.registers
	for _, s := range stmts {
		b.stmt(s, from, to)
	}
	b.registers = registers
}

// firstLine is where the statements of a block begin; that of an empty one is its own.
func firstLine(stmts []ast.Stmt, own int) int {
	if len(stmts) == 0 {
		return own
	}
	return stmts[0].Line()
}

func (b *body) stmt(s ast.Stmt, from, to int) {
	end := to // of a block in the statement
	if s.LastLine() > 0 {
		end = min(to, s.LastLine())
	}
	switch s := s.(type) {
	case *ast.AssignStmt:
		b.exprs(s.Lhs)
		b.exprs(s.Rhs)
	case *ast.LocalAssignStmt:
		b.local(s, from, to)
	case *ast.FuncCallStmt:
		b.expr(s.Expr)
	case *ast.DoBlockStmt:
		b.block(s.Stmts, firstLine(s.Stmts, s.Line()), end)
	case *ast.WhileStmt:
		b.expr(s.Condition)
		b.block(s.Stmts, firstLine(s.Stmts, s.Line()), end)
	case *ast.RepeatStmt:
		b.block(s.Stmts, firstLine(s.Stmts, s.Line()), end)
		b.expr(s.Condition)
	case *ast.IfStmt:
		b.expr(s.Condition)
		then := end
		if len(s.Else) > 0 {
			then = max(s.Else[0].Line()-1, firstLine(s.Then, s.Line()))
		}
		b.block(s.Then, firstLine(s.Then, s.Line()), then)
		b.block(s.Else, firstLine(s.Else, s.Line()), end)
	case *ast.NumberForStmt:
		b.exprs([]ast.Expr{s.Init, s.Limit, s.Step})
		b.loop(s, s.Stmts, end, []string{"(for index)", "(for limit)", "(for step)"}, s.Name)
	case *ast.GenericForStmt:
		b.exprs(s.Exprs)
		b.loop(s, s.Stmts, end, []string{"(for generator)", "(for state)", "(for control)"}, s.Names...)
	case *ast.FuncDefStmt:
		b.expr(s.Name.Func)
		b.expr(s.Name.Receiver)
		b.function(s.Func, s.Name.Func == nil)
	case *ast.ReturnStmt:
		b.exprs(s.Exprs)
	}
}

// local is a statement that makes variables. One that is only a function is known in there already, but has no value until the
// function is made.
func (b *body) local(s *ast.LocalAssignStmt, from, to int) {
	if len(s.Names) == 1 && len(s.Exprs) == 1 {
		if f, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
			b.declare(from, to, s.Names[0])
			b.variables[len(b.variables)-1].start = 1
			b.function(f, false)
			return
		}
	}
	b.exprs(s.Exprs)
	b.declare(from, to, s.Names...)
}

// loop walks through a loop with variables of its own: all lines of the loop see those without a name.
func (b *body) loop(s ast.Stmt, stmts []ast.Stmt, end int, unnamed []string, named ...string) {
	registers := b.registers
	first := firstLine(stmts, s.Line())
	b.declare(s.Line(), end, unnamed...)
	b.declare(first, end, named...)
	b.block(stmts, first, end)
	b.registers = registers
}

func (b *body) exprs(list []ast.Expr) {
	for _, e := range list {
		b.expr(e)
	}
}

// expr finds the functions in an expression.
func (b *body) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.FunctionExpr:
		b.function(e, false)
	case *ast.AttrGetExpr:
		b.exprs([]ast.Expr{e.Object, e.Key})
	case *ast.TableExpr:
		for _, f := range e.Fields {
			b.exprs([]ast.Expr{f.Key, f.Value})
		}
	case *ast.FuncCallExpr:
		b.exprs([]ast.Expr{e.Func, e.Receiver})
		b.exprs(e.Args)
	case *ast.LogicalOpExpr:
		b.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.RelationalOpExpr:
		b.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.StringConcatOpExpr:
		b.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.ArithmeticOpExpr:
		b.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.UnaryMinusOpExpr:
		b.expr(e.Expr)
	case *ast.UnaryNotOpExpr:
		b.expr(e.Expr)
	case *ast.UnaryLenOpExpr:
		b.expr(e.Expr)
	}
}
