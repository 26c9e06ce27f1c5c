package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// This file writes what properties look at. In them h[me] is a host and h[1 - me] its
// peer; was_X is a variable as it was before the step, made_X as the event itself made
// it, came_X a field of the segment as it arrived. An ltl formula knows no (c -> a : b):
// pick is used instead.

// functions are the operators that properties have under names of their own.
var functions = map[parser.Op]string{parser.Min: "least", parser.Max: "most", parser.Sub: "less"}

func (v view) pick() string {
	if v.host == "" {
		return "(%s -> %s : %s)"
	}
	return "pick(%s, %s, %s)"
}

func (v view) bit(b *parser.Bit) string {
	switch {
	case v.host == "":
		return "has(" + b.Name + ")"
	case v.sent != "":
		return "any(" + v.output("out_CTL"+v.sent) + ", " + b.Name + ")"
	case v.past():
		return "any(" + v.output("came_SEG_CTL") + ", " + b.Name + ")"
	}
	return "came(" + b.Name + ")"
}

func (v view) stateIn(set parser.StateSet) string {
	if v.host == "" {
		return "state_in(" + v.states(set) + ")"
	}
	state := v.field("state")
	if members := v.p.Members(set); len(members) == 1 {
		return state + " == " + ir.Ident(members[0].Name)
	}
	return "any(S(" + state + "), " + v.states(set) + ")"
}

func (v view) running(set string) string {
	if v.host == "" {
		return "running(" + set + ")"
	}
	return "any(" + v.field("timers") + ", " + set + ")"
}

// field is something of the host that has this name in HostState.
func (v view) field(name string) string {
	if v.when != now {
		return v.keep("remember_host_"+strings.Trim(v.when, "_"), v.when+name, "my."+name)
	}
	return "h[" + v.host + "]." + name
}

// past tells that other events have followed the one that it is about.
func (v view) past() bool { return v.when == made || v.when == began }

// output is something that the event asks for, or brings: of several events of one step, the first.
func (v view) output(name string) string {
	if v.past() {
		return v.keep("remember_output", made+strings.NewReplacer("[", "_", "]", "").Replace(name), name)
	}
	return name
}

// seen is a variable as a property sees it.
func (v view) seen(x *parser.Var) string {
	switch x.Scope {
	case parser.InTCB:
		return v.field(ir.Ident(x.Name))
	case parser.InSettings:
		if v.differs[x.Name] {
			return ir.Ident(x.Name) + "_of(" + v.host + ")"
		}
		return ir.Ident(x.Name)
	case parser.InGhost:
		switch v.when {
		case was:
			return v.keep("remember_beside", was+ir.Ident(x.Name), ir.Ident(x.Name)+"(my)")
		case began:
			return v.keep("remember_host_began", began+ir.Ident(x.Name), ir.Ident(x.Name)+"(my)")
		}
		return ir.Ident(x.Name) + "(h[" + v.host + "])"
	case parser.InSegment:
		if v.sent != "" {
			return v.ofSent(x)
		}
		return v.output(v.keep("remember_segment", "came_"+ir.Ident(x.Name), ir.Ident(x.Name)))
	}
	return v.declare(x)
}

// ofSent is a variable of a segment that is sent.
func (v view) ofSent(x *parser.Var) string {
	if x.Name == "SEG.LEN" {
		return fmt.Sprintf("(%s + any(%s, SYN) + any(%s, FIN))", v.output("out_DATA"+v.sent), v.output("out_CTL"+v.sent), v.output("out_CTL"+v.sent))
	}
	return v.output("out_" + strings.TrimPrefix(x.Name, "SEG.") + v.sent)
}

// ofSegment tells whether an expression looks at a segment, through the words it uses.
func ofSegment(e parser.Expr) (so bool) {
	ir.Visit(e, func(e parser.Expr) bool {
		switch e := e.(type) {
		case *parser.Ref:
			so = so || e.Var.Scope == parser.InSegment
		case *parser.BitSet:
			so = true
		case *parser.Word:
			so = so || ofSegment(ir.DefinitionOf(e).Expr)
		}
		return true
	})
	return so
}

// word is the use of a guard, a value or a term.
func (v view) word(e *parser.Word) string {
	d := ir.DefinitionOf(e)
	if v.sent != "" && ofSegment(d.Expr) {
		return "(" + v.expr(d.Expr) + ")"
	}
	if v.host == "" {
		return ir.Ident(d.Name)
	}
	if v.when != now {
		v.ask(v.when+ir.Ident(d.Name), d, view{writer: v.writer, host: "_pid", when: v.when})
		return v.when + ir.Ident(d.Name)
	}
	v.ask(ir.Ident(d.Name)+"_of(me)", d, view{writer: v.writer, host: "me"})
	return ir.Ident(d.Name) + "_of(" + v.host + ")"
}

// step writes what only properties say: whose a thing is, and what a step did.
func (v view) step(e parser.Expr) string {
	switch e := e.(type) {
	case *parser.Of:
		return v.of(e.Whose).expr(e.X)
	case *parser.Sends:
		return v.sends(e)
	case *parser.Fired:
		if e.Rule == nil {
			all := []string{v.output("fired") + " != 0"}
			for _, noted := range v.notes() {
				all = append(all, v.output(noted)+" != 0")
			}
			return strings.Join(all, " || ")
		}
		variable, bit := v.note(e.Rule)
		return fmt.Sprintf("any(%s, %d)", v.output(variable), bit)
	case *parser.Starts:
		return v.starts(timerName(e.Timer))
	case *parser.Asks:
		return v.asks(e)
	case *parser.Tells:
		if e.Phrase == nil {
			return v.output("signals") + " == 0"
		}
		return "any(" + v.output("signals") + ", " + signalName(e.Phrase) + ")"
	case *parser.Replies:
		if e.Phrase == nil {
			return v.output("reply") + " == 0"
		}
		return v.output("reply") + " == " + replyName(e.Phrase)
	case *parser.Keeps:
		if e.Nothing {
			return v.forgets()
		}
		return v.keeps(e)
	}
	panic(fmt.Sprintf("promela: no text for %T", e))
}

func (v view) of(whose parser.Whose) view {
	switch {
	case whose == parser.Was && v.past():
		v.when = began
	case whose == parser.Was:
		v.when = was
	default:
		v.when, v.host = now, "other("+v.host+")"
	}
	return v
}

// starts tells that the event has started one of these timers, and not stopped it again.
func (v view) starts(set string) string {
	if v.when == now {
		return "starts(" + set + ")"
	}
	return fmt.Sprintf("any(%s & %s, %s)", v.output("started"), v.field("timers"), set)
}

func (v view) sends(e *parser.Sends) string {
	switch {
	case e.Nothing:
		return v.output("segments") + " == 0"
	case e.Text:
		return v.some(func(i int) string { return v.output(fmt.Sprintf("out_DATA[%d]", i)) + " > 0" })
	case e.Bit != nil:
		return v.some(func(i int) string {
			return fmt.Sprintf("any(%s, %s)", v.output(fmt.Sprintf("out_CTL[%d]", i)), e.Bit.Name)
		})
	case e.Such != nil:
		return v.such(e)
	}
	all := []string{v.output("segments") + " == 1"}
	for i, x := range v.fields(e.Send) {
		all = append(all, v.output(sentFields[i]+"[0]")+" == "+wrapped(x))
	}
	return strings.Join(all, " && ")
}

// such is a condition on one of the segments that the event sends, or on all.
func (v view) such(e *parser.Sends) string {
	such := func(i int) string {
		of := v
		of.sent = fmt.Sprintf("[%d]", i)
		return of.operand(e.Such)
	}
	if !e.Only {
		return v.some(such)
	}
	var all []string
	for i := range v.p.MaxSends() {
		all = append(all, fmt.Sprintf("(%s <= %d || %s)", v.output("segments"), i, such(i)))
	}
	return strings.Join(all, " && ")
}

var sentFields = [...]string{"out_SEQ", "out_ACK", "out_DATA", "out_UP", "out_CTL"}

func wrapped(s string) string {
	if bare(s) {
		return s
	}
	return "(" + s + ")"
}

// some is a condition on one of the segments that the event sends.
func (v view) some(condition func(i int) string) string {
	var all []string
	for i := range v.p.MaxSends() {
		all = append(all, fmt.Sprintf("%s > %d && %s", v.output("segments"), i, condition(i)))
	}
	return strings.Join(all, " || ")
}

func (v view) asks(e *parser.Asks) string {
	if e.Effect == nil {
		return v.output("effects") + " == 0"
	}
	all := []string{"any(" + v.output("effects") + ", " + effectName(e.Effect) + ")"}
	for i, x := range e.Args {
		all = append(all, v.output(effectName(e.Effect)+"_"+ir.Ident(e.Effect.Params[i].Name))+" == "+v.operand(x))
	}
	return strings.Join(all, " && ")
}

// forgets tells that nothing is left of a connection.
func (v view) forgets() string {
	all := []string{v.field("timers") + " == 0"}
	for _, x := range v.p.TCB {
		all = append(all, v.field(ir.Ident(x.Name))+" == 0")
	}
	return strings.Join(all, " && ")
}

// keeps compares everything but what may have changed.
func (v view) keeps(e *parser.Keeps) string {
	before := v.of(parser.Was)
	may := map[string]bool{}
	for _, x := range e.Vars {
		may[x.Name] = true
	}
	all := []string{before.field("state") + " == " + v.field("state")}
	for _, x := range v.p.TCB {
		if !may[x.Name] {
			all = append(all, before.field(ir.Ident(x.Name))+" == "+v.field(ir.Ident(x.Name)))
		}
	}
	noted := "0"
	for i, t := range e.Timers {
		if i == 0 {
			noted = timerName(t)
		} else {
			noted += " | " + timerName(t)
		}
	}
	rest := "all_timers & ~(" + noted + ")"
	all = append(all, fmt.Sprintf("!any(%s ^ %s, %s) && !%s", before.field("timers"), v.field("timers"), rest, v.starts(rest)))
	return strings.Join(all, " && ")
}
