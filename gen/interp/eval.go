package interp

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

func truth(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// holds evaluates a condition; nil, if there is none.
func (c *compiler) holds(e parser.Expr) func() bool {
	if e == nil {
		return nil
	}
	f := c.condition(e)
	if sites := c.watch[e]; sites != nil {
		return c.compareFlags(f, sites)
	}
	return f
}

func (c *compiler) condition(e parser.Expr) func() bool {
	m := c.m
	switch e := e.(type) {
	case *parser.Ref:
		if p := c.place(e.Var).flag; p != nil {
			return func() bool { return *p }
		}
	case *parser.BitSet:
		bit := tcp.Flags(1) << e.Bit.Index
		return func() bool { return m.seg.CTL&bit != 0 }
	case *parser.StateIn:
		set := e.States
		return func() bool { return set>>m.tcb.State&1 != 0 }
	case *parser.Running:
		timers := ^tcp.Timers(0)
		if e.Timer != nil {
			timers = 1 << e.Timer.Index
		}
		return func() bool { return m.tcb.Timers&timers != 0 }
	case *parser.Word:
		if e.Guard != nil {
			return c.holds(e.Guard.Expr)
		}
		return c.holds(e.Value.Expr)
	case *parser.Not:
		x := c.holds(e.X)
		return func() bool { return !x() }
	case *parser.Binary:
		if logical(e.Op) {
			return c.relation(e)
		}
	}
	x := c.number(e)
	return func() bool { return x() != 0 }
}

// logical: the operation gives a flag.
func logical(op parser.Op) bool {
	return op == parser.And || op == parser.Or || parser.Eq <= op && op <= parser.Ge
}

// relation: the right side of and, and of or, may be left unevaluated: it has no effect.
func (c *compiler) relation(e *parser.Binary) func() bool {
	switch e.Op {
	case parser.And:
		x, y := c.holds(e.X), c.holds(e.Y)
		return func() bool { return x() && y() }
	case parser.Or:
		x, y := c.holds(e.X), c.holds(e.Y)
		return func() bool { return x() || y() }
	}
	x, y, before := c.eval(e.X), c.eval(e.Y), plain
	if modular(e.X) || modular(e.Y) {
		before = around
	}
	switch e.Op {
	case parser.Eq:
		return func() bool { return x() == y() }
	case parser.Ne:
		return func() bool { return x() != y() }
	case parser.Lt:
		return func() bool { return before(x(), y()) }
	case parser.Gt:
		return func() bool { return before(y(), x()) }
	case parser.Le:
		return func() bool { a, b := x(), y(); return a == b || before(a, b) }
	}
	return func() bool { a, b := x(), y(); return a == b || before(b, a) } // Ge
}

// modular: sequence numbers and timestamps wrap around.
func modular(e parser.Expr) bool { return e.Type() == parser.Seq || e.Type() == parser.Stamp }

func plain(x, y uint32) bool { return x < y }

// around: x < y if y is one of the 2^31 - 1 numbers behind x.
func around(x, y uint32) bool {
	ahead := uint32((uint64(y) + 1<<32 - uint64(x)) % (1 << 32))
	return ahead > 0 && ahead < 1<<31
}

// eval evaluates an expression; every value is 32 bits, a flag is 0 or 1.
func (c *compiler) eval(e parser.Expr) func() uint32 {
	f := c.number(e)
	if sites := c.watch[e]; sites != nil {
		return c.compareNumbers(f, sites)
	}
	return f
}

func (c *compiler) number(e parser.Expr) func() uint32 {
	switch e := e.(type) {
	case *parser.Lit:
		n := e.N
		return func() uint32 { return n }
	case *parser.Ref:
		return c.place(e.Var).get()
	case *parser.Word:
		if e.Value != nil {
			return c.eval(e.Value.Expr)
		}
		return c.truth(e)
	case *parser.Cond:
		cond, then, other := c.holds(e.If), c.eval(e.Then), c.eval(e.Else)
		return func() uint32 {
			if cond() {
				return then()
			}
			return other()
		}
	case *parser.Binary:
		if logical(e.Op) {
			return c.truth(e)
		}
		return c.arithmetic(e)
	case *parser.BitSet, *parser.StateIn, *parser.Running, *parser.Not:
		return c.truth(e)
	}
	panic(fmt.Sprintf("interp: no meaning for %T", e))
}

func (c *compiler) truth(e parser.Expr) func() uint32 {
	holds := c.condition(e)
	return func() uint32 { return truth(holds()) }
}

func (c *compiler) arithmetic(e *parser.Binary) func() uint32 {
	x, y := c.eval(e.X), c.eval(e.Y)
	switch e.Op {
	case parser.Add:
		return func() uint32 { return x() + y() }
	case parser.Sub:
		if modular(e.X) {
			return func() uint32 { return x() - y() }
		}
		return func() uint32 { // counts stop at zero
			a, b := x(), y()
			return a - min(a, b)
		}
	case parser.Mul:
		return func() uint32 { return x() * y() }
	case parser.Div:
		return func() uint32 {
			a, b := x(), y()
			if b == 0 {
				return 0
			}
			return a / b
		}
	case parser.Shl:
		return func() uint32 { return uint32(uint64(x()) << min(y(), 32)) }
	case parser.Shr:
		return func() uint32 { return uint32(uint64(x()) >> min(y(), 32)) }
	case parser.Min:
		return func() uint32 { return min(x(), y()) }
	case parser.Max:
		return func() uint32 { return max(x(), y()) }
	}
	panic("interp: unknown operator")
}
