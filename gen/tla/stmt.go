package tla

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// A list of statements becomes a chain of machines: LET m1 == … IN the rest, of m1.
// Behind a statement that may end the event, the rest is done only if it did not.

// fresh is the name of another machine.
func (w *writer) fresh() string {
	w.names++
	return fmt.Sprintf("m%d", w.names)
}

// list writes the machine that statements make of m.
func (w *writer) list(list []parser.Stmt, m string) {
	list = w.chosen(list)
	if len(list) == 0 {
		w.Line("%s", m)
		return
	}
	s, rest := list[0], list[1:]
	if l, ok := s.(*parser.Let); ok {
		w.Line("LET %s == %s IN", local(l.Var), w.at(m).expr(l.Expr))
		w.list(rest, m)
		return
	}
	if len(rest) == 0 || w.p.MustStop(list[:1]) {
		w.stmt(s, m)
		return
	}
	next := w.fresh()
	if line, ok := w.simple(s, m); ok {
		w.Line("LET %s == %s IN", next, line)
	} else {
		w.Line("LET %s ==", next)
		w.In(func() { w.In(func() { w.stmt(s, m) }) })
		w.Line("IN")
	}
	if w.p.MayStop(list[:1]) {
		w.Line("IF %s.ended THEN %s ELSE", next, next)
	}
	w.list(rest, next)
}

// chosen replaces each defect by the side that the program takes.
func (w *writer) chosen(list []parser.Stmt) (all []parser.Stmt) {
	for _, s := range list {
		if d, ok := s.(*parser.Defect); ok {
			all = append(all, w.chosen(w.p.Chosen(d))...)
		} else {
			all = append(all, s)
		}
	}
	return all
}

// stmt writes the machine that one statement makes of m.
func (w *writer) stmt(s parser.Stmt, m string) {
	switch s := s.(type) {
	case *parser.Ordered:
		w.arms(s.Arms, m)
	case *parser.Rule, *parser.In, *parser.Step, *parser.If:
		w.arms([]parser.Stmt{s}, m)
	default:
		line, ok := w.simple(s, m)
		if !ok {
			panic(fmt.Sprintf("tla: %s:%d: no text for %T", s.At().File, s.At().Line, s))
		}
		w.Line("%s", line)
	}
}

// arms writes a choice: the first that applies, and no other.
func (w *writer) arms(arms []parser.Stmt, m string) {
	for _, arm := range arms {
		condition := w.condition(arm, m)
		if condition == "" {
			w.inside(arm, m)
			return
		}
		w.Line("IF %s THEN", condition)
		w.In(func() { w.inside(arm, m) })
		w.Line("ELSE")
		if f, ok := arm.(*parser.If); ok && len(f.Else) > 0 {
			w.In(func() { w.list(f.Else, m) })
			return
		}
	}
	w.Line("  %s", m)
}

// condition is when an arm applies; "": always.
func (w *writer) condition(arm parser.Stmt, m string) string {
	v := w.at(m)
	switch arm := arm.(type) {
	case *parser.In:
		return v.expr(&parser.StateIn{States: arm.States})
	case *parser.Rule:
		if arm.Cond != nil {
			return v.expr(arm.Cond)
		}
	case *parser.If:
		return v.expr(arm.Cond)
	case *parser.Step:
		if arm.When != nil {
			return v.expr(arm.When)
		}
	}
	return ""
}

// inside writes what an arm does when it applies.
func (w *writer) inside(arm parser.Stmt, m string) {
	switch arm := arm.(type) {
	case *parser.Rule:
		w.comment(ir.Headline("rule "+arm.Name, arm.Decl))
		fired := w.fresh()
		w.Line("LET %s == Fired(%s, %s) IN", fired, m, quoted(arm.Name))
		w.list(arm.Body, fired)
	case *parser.In:
		w.list(arm.Body, m)
	case *parser.Step:
		w.list(arm.Body, m)
	case *parser.If:
		w.list(arm.Then, m)
	default:
		w.stmt(arm, m)
	}
}

// simple is the machine that a statement makes which neither branches nor contains anything.
func (w *writer) simple(s parser.Stmt, m string) (string, bool) {
	v := w.at(m)
	with := func(field, value string) (string, bool) {
		return fmt.Sprintf("[%s EXCEPT !.%s = %s]", m, field, value), true
	}
	switch s := s.(type) {
	case *parser.Assign:
		if s.Var.Scope == parser.InSegment {
			return with("SEG."+field(s.Var), v.expr(s.Expr))
		}
		return with("my."+ir.Ident(s.Var.Name), v.expr(s.Expr))
	case *parser.Clear:
		return with("SEG.CTL", `@ \ {`+quoted(s.Bit.Name)+"}")
	case *parser.Goto:
		return with("my.state", quoted(s.State.Name))
	case *parser.Send:
		return fmt.Sprintf("Send(%s, %s)", m, v.segment(s)), true
	case *parser.Start:
		return fmt.Sprintf("Start(%s, %s)", m, quoted(s.Timer.Name)), true
	case *parser.Stop:
		if s.Timer == nil {
			return fmt.Sprintf("Stop(%s, Timers)", m), true
		}
		return fmt.Sprintf("Stop(%s, {%s})", m, quoted(s.Timer.Name)), true
	case *parser.Signal:
		return with("out.signals", `@ \cup {`+quoted(s.Phrase.Name)+"}")
	case *parser.Return:
		return fmt.Sprintf("Return(%s, %s)", m, quoted(s.Phrase.Name)), true
	case *parser.Drop:
		return fmt.Sprintf("Drop(%s)", m), true
	case *parser.Forget:
		return fmt.Sprintf("Forget(%s)", m), true
	case *parser.Continue:
		return fmt.Sprintf("Drop(%s(%s))", w.behind(s.Handler, s.Step), m), true
	case *parser.Do:
		return v.asking(s), true
	case *parser.Call:
		args := []string{m}
		for _, x := range s.Args {
			args = append(args, v.expr(x))
		}
		return ir.Ident(s.Action.Name) + "(" + strings.Join(args, ", ") + ")", true
	}
	return "", false
}

// asking is the machine that has asked for an effect.
func (v view) asking(s *parser.Do) string {
	var args []string
	for i, x := range s.Effect.Params {
		args = append(args, ir.Ident(x.Name)+" |-> "+v.expr(s.Args[i]))
	}
	m := strings.Trim(v.args, "()")
	set := fmt.Sprintf(`[%s EXCEPT !.out.asks = @ \cup {%s}`, m, quoted(s.Effect.Name))
	if len(args) > 0 {
		set += fmt.Sprintf(", !.out.%s = [%s]", ir.Ident(s.Effect.Name), strings.Join(args, ", "))
	}
	return set + "]"
}

// segment is a segment to be sent.
func (v view) segment(s *parser.Send) string {
	ack, data, up := "0", "0", "0"
	var bits []string
	for _, b := range s.CTL {
		bits = append(bits, quoted(b.Name))
	}
	ctl := "{" + strings.Join(bits, ", ") + "}"
	add := func(when parser.Expr, bit string) {
		if when == nil {
			ctl += ` \cup {` + quoted(bit) + "}"
		} else {
			ctl += fmt.Sprintf(` \cup (IF %s THEN {%s} ELSE {})`, v.expr(when), quoted(bit))
		}
	}
	for _, c := range s.Cond {
		add(c.Cond, c.Bit.Name)
	}
	if s.ACK != nil {
		ack = v.expr(s.ACK)
	}
	if s.DATA != nil {
		data = v.expr(s.DATA)
	}
	if s.UP != nil {
		up = v.expr(&parser.Binary{Op: parser.Sub, X: s.UP, Y: s.SEQ, T: parser.Octets})
		if s.UPIf != nil {
			up = fmt.Sprintf("(IF %s THEN %s ELSE 0)", v.expr(s.UPIf), up)
		}
		add(s.UPIf, "URG")
	}
	return fmt.Sprintf("[SEQ |-> %s, ACK |-> %s, DATA |-> %s, UP |-> %s, CTL |-> %s]", v.expr(s.SEQ), ack, data, up, ctl)
}
