package interp

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/parser"
)

// holds evaluates a condition.
func (m *Machine) holds(e parser.Expr) bool { return m.eval(e) != 0 }

func truth(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// eval evaluates an expression; every value is 32 bits, a flag is 0 or 1.
func (m *Machine) eval(e parser.Expr) uint32 {
	switch e := e.(type) {
	case *parser.Lit:
		return e.N
	case *parser.Ref:
		return m.value(e.Var)
	case *parser.BitSet:
		return m.control >> e.Bit.Index & 1
	case *parser.StateIn:
		return uint32(e.States) >> m.state & 1
	case *parser.Running:
		if e.Timer == nil {
			return truth(m.running != 0)
		}
		return m.running >> e.Timer.Index & 1
	case *parser.Word:
		if e.Guard != nil {
			return m.eval(e.Guard.Expr)
		}
		return m.eval(e.Value.Expr)
	case *parser.Not:
		return truth(!m.holds(e.X))
	case *parser.Cond:
		if m.holds(e.If) {
			return m.eval(e.Then)
		}
		return m.eval(e.Else)
	case *parser.Binary:
		return m.binary(e)
	}
	panic(fmt.Sprintf("interp: no meaning for %T", e))
}

func (m *Machine) value(v *parser.Var) uint32 {
	if v.Scope != parser.InParams && v.Scope != parser.InLet {
		return m.vars[v.Scope][v.Index]
	}
	for i := len(m.locals) - 1; i >= m.frame; i-- {
		if m.locals[i].v == v {
			return m.locals[i].value
		}
	}
	panic("interp: " + v.Name + " has no value here")
}

func (m *Machine) binary(e *parser.Binary) uint32 {
	x := m.eval(e.X)
	switch e.Op { // the right side may be left unevaluated: it has no effect
	case parser.And:
		return truth(x != 0 && m.holds(e.Y))
	case parser.Or:
		return truth(x != 0 || m.holds(e.Y))
	}
	y := m.eval(e.Y)
	if e.Op >= parser.Eq && e.Op <= parser.Ge {
		return truth(compare(e.Op, x, y, modular(e.X) || modular(e.Y)))
	}
	return arithmetic(e, x, y)
}

// modular: sequence numbers and timestamps wrap around.
func modular(e parser.Expr) bool { return e.Type() == parser.Seq || e.Type() == parser.Stamp }

func compare(op parser.Op, x, y uint32, wraps bool) bool {
	less := x < y
	if wraps { // a < b if b is one of the 2^31 - 1 numbers behind a
		ahead := uint32((uint64(y) + 1<<32 - uint64(x)) % (1 << 32))
		less = ahead > 0 && ahead < 1<<31
	}
	switch op {
	case parser.Eq:
		return x == y
	case parser.Ne:
		return x != y
	case parser.Lt:
		return less
	case parser.Le:
		return less || x == y
	case parser.Gt:
		return compare(parser.Lt, y, x, wraps)
	case parser.Ge:
		return compare(parser.Le, y, x, wraps)
	}
	panic("interp: not a comparison")
}

func arithmetic(e *parser.Binary, x, y uint32) uint32 {
	switch e.Op {
	case parser.Add:
		return x + y
	case parser.Sub:
		if !modular(e.X) && y > x { // counts stop at zero
			return 0
		}
		return x - y
	case parser.Mul:
		return x * y
	case parser.Div:
		if y == 0 {
			return 0
		}
		return x / y
	case parser.Shl:
		return uint32(uint64(x) << min(y, 32))
	case parser.Shr:
		return uint32(uint64(x) >> min(y, 32))
	case parser.Min:
		return min(x, y)
	case parser.Max:
		return max(x, y)
	}
	panic("interp: unknown operator")
}
