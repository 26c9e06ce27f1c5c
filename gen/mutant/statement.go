package mutant

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/parser"
)

// list breaks the statements of a block, one after the other.
func (b *breaker) list(list *[]parser.Stmt) {
	for i, s := range *list {
		b.leaveOut(list, i)
		if i+1 < len(*list) {
			b.swap(list, i)
		}
		b.stmt(s)
	}
}

// leaveOut forgets a statement of a block.
func (b *breaker) leaveOut(list *[]parser.Stmt, i int) {
	op, s := DropAction, (*list)[i]
	switch s := s.(type) {
	case *parser.Rule:
		b.at(s.Name, func() { b.add(DropRule, s.Pos, "rule "+s.Name, "(nothing)", in(s), without(list, i)) })
		return
	case *parser.Start, *parser.Stop:
		op = DropTimer
	case *parser.Drop, *parser.Return:
		op = DropStop
	case *parser.Assign, *parser.Clear, *parser.Send, *parser.Goto, *parser.Signal, *parser.Do, *parser.Call, *parser.Forget:
	default:
		return
	}
	b.add(op, s.At(), b.p.StmtText(s), "(nothing)", in(s), without(list, i))
}

func without[T any](list *[]T, i int) func() func() {
	return set(list, slices.Delete(slices.Clone(*list), i, i+1))
}

func with(list *[]*parser.Bit, bit *parser.Bit) func() func() {
	return set(list, append(slices.Clone(*list), bit))
}

// swap exchanges neighbours whose order the text has chosen: rules, and steps.
func (b *breaker) swap(list *[]parser.Stmt, i int) {
	swapped := slices.Clone(*list)
	swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
	exchange := set(list, swapped)
	switch s := (*list)[i].(type) {
	case *parser.Rule:
		if next, ok := (*list)[i+1].(*parser.Rule); ok {
			b.at(s.Name, func() { b.add(Swap, s.Pos, s.Name+", "+next.Name, next.Name+", "+s.Name, in(s, next), exchange) })
		}
	case *parser.Step:
		if next, ok := (*list)[i+1].(*parser.Step); ok {
			b.add(SwapSteps, s.Pos, "step "+s.Name+", step "+next.Name, "step "+next.Name+", step "+s.Name, in(s, next), exchange)
		}
	}
}

func (b *breaker) stmt(s parser.Stmt) {
	switch s := s.(type) {
	case *parser.Step:
		b.condition(&s.When, s.Pos)
		b.list(&s.Body)
	case *parser.Rule:
		b.at(s.Name, func() {
			b.condition(&s.Cond, s.Pos)
			b.list(&s.Body)
		})
	case *parser.Ordered:
		b.list(&s.Arms)
	case *parser.In:
		b.list(&s.Body)
	case *parser.If:
		b.condition(&s.Cond, s.Pos)
		b.list(&s.Then)
		b.list(&s.Else)
	case *parser.Defect:
		b.add(Literal, s.Pos, s.Name+" amended", s.Name+" literal", in(s), set(&s.Amended, s.Literal))
		b.list(&s.Amended)
	case *parser.Let:
		b.expr(&s.Expr)
	case *parser.Assign:
		b.expr(&s.Expr)
	case *parser.Do:
		b.args(s.Args)
	case *parser.Call:
		b.args(s.Args)
	case *parser.Send:
		b.send(s)
	case *parser.Goto:
		b.elsewhere(s)
	case *parser.Start:
		b.otherTimer(s, &s.Timer)
	case *parser.Stop:
		if s.Timer != nil {
			b.otherTimer(s, &s.Timer)
		}
	}
}

func (b *breaker) args(args []parser.Expr) {
	for i := range args {
		b.expr(&args[i])
	}
}

// elsewhere: the state behind the right one, and the one before it.
func (b *breaker) elsewhere(s *parser.Goto) {
	n := len(b.p.States)
	for _, step := range []int{1, n - 1} {
		to := b.p.States[(s.State.Index+step)%n]
		b.add(WrongState, s.Pos, b.p.StmtText(s), "goto "+to.Name, in(s), set(&s.State, to))
	}
}

func (b *breaker) otherTimer(s parser.Stmt, t **parser.Timer) {
	to := b.p.Timers[((*t).Index+1)%len(b.p.Timers)]
	b.add(WrongTimer, s.At(), b.p.StmtText(s), "the timer "+to.Name, in(s), set(t, to))
}

// send breaks a segment: its numbers, and its control bits.
func (b *breaker) send(s *parser.Send) {
	b.offByOne(s, "SEQ", &s.SEQ)
	if s.ACK != nil {
		b.offByOne(s, "ACK", &s.ACK)
	}
	for _, e := range []*parser.Expr{&s.DATA, &s.UP, &s.UPIf} {
		if *e != nil {
			b.expr(e)
		}
	}
	was := b.p.StmtText(s)
	for i, bit := range s.CTL {
		b.add(FlagMissing, s.Pos, was, "without "+bit.Name, in(s), without(&s.CTL, i))
	}
	for i, c := range s.Cond {
		b.add(FlagMissing, s.Pos, was, "without "+c.Bit.Name, in(s), without(&s.Cond, i))
		b.add(FlagAdded, s.Pos, was, "always "+c.Bit.Name, in(s), with(&s.CTL, c.Bit))
		b.expr(&s.Cond[i].Cond)
	}
	for _, bit := range b.p.Control {
		if (bit.Name == "FIN" || bit.Name == "RST") && !sends(s, bit) {
			b.add(FlagAdded, s.Pos, was, "with "+bit.Name, in(s), with(&s.CTL, bit))
		}
	}
}

func sends(s *parser.Send, bit *parser.Bit) bool {
	return slices.Contains(s.CTL, bit) || slices.ContainsFunc(s.Cond, func(c parser.CondBit) bool { return c.Bit == bit })
}

func (b *breaker) offByOne(s *parser.Send, name string, e *parser.Expr) {
	was := *e
	more := &parser.Binary{Op: parser.Add, X: was, Y: &parser.Lit{N: 1, T: parser.Octets, Pos: s.Pos}, T: was.Type(), Pos: s.Pos}
	b.instead(Field, s.Pos, "<"+name+"="+b.p.Text(was)+">", "<"+name+"="+b.p.Text(more)+">", e, more)
}
