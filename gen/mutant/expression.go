package mutant

import "github.com/lockstep-tcp/lockstep/parser"

// near is the comparison that a tired reader takes for the other.
var near = map[parser.Op]parser.Op{
	parser.Lt: parser.Le, parser.Le: parser.Lt, parser.Gt: parser.Ge, parser.Ge: parser.Gt,
	parser.Eq: parser.Ne, parser.Ne: parser.Eq, parser.Min: parser.Max, parser.Max: parser.Min,
	parser.Add: parser.Sub, parser.Sub: parser.Add,
}

// condition breaks what guards a rule, a step, or an if.
func (b *breaker) condition(slot *parser.Expr, pos parser.Pos) {
	was := *slot
	if was == nil {
		return
	}
	text := b.p.Text(was)
	b.instead(Negate, pos, "if "+text, "unless "+text, slot, &parser.Not{X: was, Pos: pos})
	b.instead(DropGuard, pos, "if "+text, "(always)", slot, &parser.Lit{N: 1, T: parser.Bool, Pos: pos})
	b.expr(slot)
}

// expr breaks an expression and what it is made of. Words are broken where they are defined.
func (b *breaker) expr(slot *parser.Expr) {
	switch e := (*slot).(type) {
	case *parser.Lit:
		if e.T != parser.Bool {
			b.instead(Constant, e.Pos, b.p.Text(e), "one more", slot, &parser.Lit{N: e.N + 1, T: e.T, Pos: e.Pos})
		}
	case *parser.Not:
		b.expr(&e.X)
	case *parser.Cond:
		b.condition(&e.If, e.Pos)
		b.expr(&e.Then)
		b.expr(&e.Else)
	case *parser.Binary:
		b.binary(slot, e)
	}
}

func (b *breaker) binary(slot *parser.Expr, e *parser.Binary) {
	was := b.p.Text(e)
	if op, ok := near[e.Op]; ok && (e.Op != parser.Add && e.Op != parser.Sub || e.T == e.X.Type()) {
		other := *e
		other.Op = op
		b.instead(Relation, e.Pos, was, b.p.Text(&other), slot, &other)
	}
	if e.Op == parser.And || e.Op == parser.Or {
		b.instead(DropConjunct, e.Pos, was, b.p.Text(e.X), slot, e.X)
		b.instead(DropConjunct, e.Pos, was, b.p.Text(e.Y), slot, e.Y)
	}
	b.expr(&e.X)
	b.expr(&e.Y)
}
