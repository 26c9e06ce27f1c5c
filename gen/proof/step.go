package proof

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// step writes what a property says of a step.
func (v view) step(e parser.Expr) (string, int) {
	switch e := e.(type) {
	case *parser.Sends:
		return v.sends(e)
	case *parser.Fired:
		if e.Rule == nil {
			return "s.fired()", bindUnary
		}
		return "s.Out.Rules.Has(tcp.Rule" + v.p.RuleName(e.Rule.Name) + ")", bindUnary
	case *parser.Starts:
		return "s.Out.Start.Has(" + timer(e.Timer) + ")", bindUnary
	case *parser.Asks:
		return v.asks(e)
	case *parser.Tells:
		if e.Phrase == nil {
			return "s.Out.Signals == 0", bindCompare
		}
		return "s.Out.Signals.Has(tcp.Signal" + ir.Exported(e.Phrase.Name) + ")", bindUnary
	case *parser.Replies:
		if e.Phrase == nil {
			return "s.Out.Reply == tcp.NoReply", bindCompare
		}
		return "s.Out.Reply == tcp.Reply" + ir.Exported(e.Phrase.Name), bindCompare
	case *parser.Keeps:
		if e.Nothing {
			return "s.forgets()", bindUnary
		}
		return v.keeps(e), bindUnary
	}
	panic(fmt.Sprintf("gen: unknown expression %T", e))
}

func (v view) sends(e *parser.Sends) (string, int) {
	switch {
	case e.Nothing:
		return "s.Out.NSend == 0", bindCompare
	case e.Text:
		return "s.sendsText()", bindUnary
	case e.Bit != nil:
		return "s.sendsBit(tcp." + e.Bit.Name + ")", bindUnary
	case e.Such != nil:
		return v.such(e), bindUnary
	}
	return "s.sends(" + v.segment(e.Send) + ")", bindUnary
}

// such writes a function, called in place, that looks at all segments that are sent.
func (v view) such(e *parser.Sends) string {
	v.seg = "seg"
	such, not := v.bound(e.Such, bindUnary), ""
	if e.Only {
		not = "!"
	}
	return fmt.Sprintf("func() bool {\nfor i := range s.Out.NSend {\nsent := s.sent(i)\nseg := &sent\nif %s%s {\nreturn %v\n}\n}\nreturn %v\n}()", not, such, !e.Only, e.Only)
}

// segment writes the segment that must be sent.
func (v view) segment(s *parser.Send) string {
	fields := []string{"SEQ: " + v.expr(s.SEQ, 0)}
	if s.ACK != nil {
		fields = append(fields, "ACK: "+v.expr(s.ACK, 0))
	}
	if s.DATA != nil {
		fields = append(fields, "DATA: "+v.expr(s.DATA, 0))
	}
	var bits []string
	for _, b := range s.CTL {
		bits = append(bits, "tcp."+b.Name)
	}
	for _, c := range s.Cond {
		bits = append(bits, "pick("+v.expr(c.Cond, 0)+", tcp."+c.Bit.Name+", 0)")
	}
	if s.UP != nil {
		offset := v.expr(&parser.Binary{Op: parser.Sub, X: s.UP, Y: s.SEQ, T: parser.Octets}, 0)
		if s.UPIf == nil {
			fields, bits = append(fields, "UP: "+offset), append(bits, "tcp.URG")
		} else {
			cond := v.expr(s.UPIf, 0)
			fields = append(fields, "UP: pick("+cond+", "+offset+", 0)")
			bits = append(bits, "pick("+cond+", tcp.URG, 0)")
		}
	}
	return "tcp.Sent{" + strings.Join(append(fields, "CTL: "+strings.Join(bits, "|")), ", ") + "}"
}

func (v view) asks(e *parser.Asks) (string, int) {
	if e.Effect == nil {
		return "s.Out.Set == 0", bindCompare
	}
	name := ir.Exported(e.Effect.Name)
	parts := []string{"s.Out.Set.Has(tcp.Effect" + name + ")"}
	for i, a := range e.Args {
		parts = append(parts, "s.Out."+name+"."+ir.Exported(e.Effect.Params[i].Name)+" == "+v.bound(a, bindCompare+1))
	}
	if len(parts) == 1 {
		return parts[0], bindUnary
	}
	return strings.Join(parts, " && "), bindAnd
}

// keeps writes a function, called in place, that takes out what may differ and
// compares the rest.
func (v view) keeps(e *parser.Keeps) string {
	var b strings.Builder
	b.WriteString("func() bool {\na, b := *s.Before.TCB, *s.After.TCB\n")
	for _, x := range e.Vars {
		path := strings.Join(ir.Path(x.Name), ".")
		fmt.Fprintf(&b, "a.%s = b.%s\n", path, path)
	}
	if len(e.Timers) > 0 {
		var bits []string
		for _, t := range e.Timers {
			bits = append(bits, "1<<"+timer(t))
		}
		fmt.Fprintf(&b, "const noted = %s\n", strings.Join(bits, " | "))
		b.WriteString("a.Timers, b.Timers = a.Timers&^noted, b.Timers&^noted\nreturn a == b && s.Out.Start&^noted == 0\n}()")
		return b.String()
	}
	b.WriteString("return a == b && s.Out.Start == 0\n}()")
	return b.String()
}
