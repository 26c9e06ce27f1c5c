package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// list writes statements in order. Promela's inlines do not return: once something
// may have ended the event, what follows asks whether it has.
func (w *writer) list(list []parser.Stmt) {
	mayBeOver := false
	for i, s := range list {
		w.stmt(s, mayBeOver)
		if w.p.MustStop(list[i : i+1]) {
			return
		}
		mayBeOver = mayBeOver || w.p.MayStop(list[i:i+1])
	}
}

// body is list, or skip if there is nothing to do.
func (w *writer) body(list []parser.Stmt) {
	before := w.Len()
	w.In(func() { w.list(list) })
	if w.Len() == before {
		w.Line("\tskip;")
	}
}

// stmt writes one statement; asks: not if the event is over.
func (w *writer) stmt(s parser.Stmt, asks bool) {
	switch s := s.(type) {
	case *parser.Ordered:
		w.choice(s.Arms, asks)
	case *parser.Rule, *parser.In, *parser.Step, *parser.If:
		w.choice([]parser.Stmt{s}, asks)
	case *parser.Defect:
		w.defect(s, asks)
	default:
		if asks {
			w.Line("if")
			w.Line(":: !ended ->")
			w.In(func() { w.simple(s) })
			w.Line(":: else -> skip;")
			w.Line("fi;")
			return
		}
		w.simple(s)
	}
}

// defect writes the side that the program takes.
func (w *writer) defect(d *parser.Defect, asks bool) {
	reading := "amended"
	if w.p.Reading.IsLiteral(d.Name) {
		reading = "literal"
	}
	w.comment(ir.Headline(reading+" reading, "+d.Name, d.Decl))
	for i, s := range w.p.Chosen(d) {
		w.stmt(s, asks || w.p.MayStop(w.p.Chosen(d)[:i]))
	}
}

// choice runs the first arm that applies, and no other.
func (w *writer) choice(arms []parser.Stmt, asks bool) {
	if w.p.Always(arms[0]) && !asks && !isIf(arms[0]) {
		w.inside(arms[0])
		return
	}
	w.Line("if")
	if asks {
		w.Line(":: ended -> skip;")
	}
	for _, arm := range arms {
		if w.p.Always(arm) && !isIf(arm) {
			w.Line(":: else ->")
			w.In(func() { w.inside(arm) })
			w.Line("fi;")
			return
		}
		w.Line(":: %s ->", w.condition(arm))
		w.In(func() { w.inside(arm) })
		if f, ok := arm.(*parser.If); ok && len(f.Else) > 0 {
			w.Line(":: else ->")
			w.body(f.Else)
			w.Line("fi;")
			return
		}
	}
	w.Line(":: else -> skip;")
	w.Line("fi;")
}

func isIf(s parser.Stmt) bool {
	_, ok := s.(*parser.If)
	return ok
}

// condition is when an arm applies; it has one.
func (w *writer) condition(arm parser.Stmt) string {
	switch arm := arm.(type) {
	case *parser.In:
		return "state_in(" + w.states(arm.States) + ")"
	case *parser.Rule:
		return w.expr(arm.Cond)
	case *parser.If:
		return w.expr(arm.Cond)
	case *parser.Step:
		if arm.When != nil {
			return w.expr(arm.When)
		}
	}
	return "true"
}

// inside writes what an arm does when it applies.
func (w *writer) inside(arm parser.Stmt) {
	before := w.Len()
	switch arm := arm.(type) {
	case *parser.Rule:
		w.comment(ir.Headline(arm.Name, arm.Decl))
		if _, asked := w.noted[arm]; asked {
			variable, bit := w.note(arm)
			w.Line("FIRED_NOTED(%s, %s, %d);", ruleName(arm), variable, bit)
		} else {
			w.Line("FIRED(%s);", ruleName(arm))
		}
		w.list(arm.Body)
	case *parser.In:
		w.list(arm.Body)
	case *parser.Step:
		w.list(arm.Body)
	case *parser.If:
		w.list(arm.Then)
	default:
		w.stmt(arm, false)
	}
	if w.Len() == before {
		w.Line("skip;")
	}
}

// simple writes what neither branches nor contains anything.
func (w *writer) simple(s parser.Stmt) {
	switch s := s.(type) {
	case *parser.Let:
		w.Line("%s = %s;", w.declare(s.Var), w.expr(s.Expr))
	case *parser.Assign:
		w.Line("%s = %s;", w.variable(s.Var), w.expr(s.Expr))
	case *parser.Clear:
		w.Line("SEG_CTL = SEG_CTL & ~%s;", s.Bit.Name)
	case *parser.Send:
		w.send(s)
	case *parser.Start:
		w.Line("start(%s);", timerName(s.Timer))
	case *parser.Stop:
		w.stop(s)
	case *parser.Goto:
		w.Line("my.state = %s;", ir.Ident(s.State.Name))
	case *parser.Signal:
		w.Line("signals = signals | %s;", signalName(s.Phrase))
	case *parser.Return:
		w.Line("reply = %s; ended = true;", replyName(s.Phrase))
	case *parser.Drop:
		w.Line("ended = true;")
	case *parser.Forget:
		w.Line("forget();")
	case *parser.Continue:
		w.continueAt(s)
	case *parser.Do:
		w.do(s)
	case *parser.Call:
		w.call(s)
	default:
		panic(fmt.Sprintf("promela: %s:%d: no text for %T", s.At().File, s.At().Line, s))
	}
}

func (w *writer) stop(s *parser.Stop) {
	if s.Timer == nil {
		w.Line("stop(all_timers);")
		return
	}
	w.Line("stop(%s);", timerName(s.Timer))
}

// call evaluates the arguments before the action begins.
func (w *writer) call(s *parser.Call) {
	name, owner := ir.Ident(s.Action.Name), w.owner
	for i, v := range s.Action.Params {
		value := w.expr(s.Args[i])
		w.owner = name
		w.Line("%s = %s;", w.declare(v), value)
		w.owner = owner
	}
	w.Line("%s();", name)
}

func (w *writer) do(s *parser.Do) {
	name := effectName(s.Effect)
	for i, v := range s.Effect.Params {
		w.Line("%s_%s = %s;", name, ir.Ident(v.Name), w.expr(s.Args[i]))
	}
	w.Line("effects = effects | %s;", name)
}

// continueAt runs the rest of another on-block.
func (w *writer) continueAt(s *parser.Continue) {
	w.steps(s.Handler, s.Step, false)
	w.Line("ended = true;")
}

// steps runs the statements of an on-block from one step on (nil: from its beginning).
func (w *writer) steps(h *parser.Handler, from *parser.Step, asks bool) {
	for i, s := range h.Body {
		step, ok := s.(*parser.Step)
		if from != nil && step != from {
			continue
		}
		from = nil
		switch {
		case !ok:
			w.stmt(s, asks)
		case asks:
			w.Line("if :: !ended -> %s(); :: else -> skip; fi;", w.stepName(h, step))
		default:
			w.Line("%s();", w.stepName(h, step))
		}
		asks = asks || w.p.MayStop(h.Body[i:i+1])
	}
}

// send writes a segment to be sent.
func (w *writer) send(s *parser.Send) {
	f := view{writer: w}.fields(s)
	if s.DATA != nil || s.UP != nil {
		w.Line("text(%s, %s);", f[2], f[3])
	}
	w.Line("segment(%s, %s, %s);", f[0], f[1], f[4])
}

// fields are SEQ, ACK, DATA, UP and CTL of a segment.
func (v view) fields(s *parser.Send) [5]string {
	seq, ack, data, up := v.expr(s.SEQ), "0", "0", "0"
	var bits []string
	for _, b := range s.CTL {
		bits = append(bits, b.Name)
	}
	for _, c := range s.Cond {
		bits = append(bits, fmt.Sprintf(v.pick(), v.expr(c.Cond), c.Bit.Name, "0"))
	}
	if s.ACK != nil {
		ack = v.expr(s.ACK)
	}
	if s.DATA != nil {
		data = v.expr(s.DATA)
	}
	if s.UP != nil {
		up = v.expr(&parser.Binary{Op: parser.Sub, X: s.UP, Y: s.SEQ, T: parser.Octets})
		bit := "URG"
		if s.UPIf != nil {
			bit = fmt.Sprintf(v.pick(), v.expr(s.UPIf), "URG", "0")
			up = fmt.Sprintf(v.pick(), v.expr(s.UPIf), up, "0")
		}
		bits = append(bits, bit)
	}
	return [5]string{seq, ack, data, up, strings.Join(bits, " | ")}
}
