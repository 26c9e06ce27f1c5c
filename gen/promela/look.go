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
	if v.host == "" {
		return "has(" + b.Name + ")"
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

// output is something that the event asks for: of two events of one step, what the first did.
func (v view) output(name string) string {
	if v.when == made {
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
		if v.when == was {
			return v.keep("remember_beside", was+ir.Ident(x.Name), ir.Ident(x.Name)+"(my)")
		}
		return ir.Ident(x.Name) + "(h[" + v.host + "])"
	case parser.InSegment:
		return v.keep("remember_segment", "came_"+ir.Ident(x.Name), ir.Ident(x.Name))
	}
	return v.declare(x)
}

// word is the use of a guard, a value or a term.
func (v view) word(e *parser.Word) string {
	d := ir.DefinitionOf(e)
	if v.host == "" {
		return ir.Ident(d.Name)
	}
	if v.when != now {
		v.ask(v.when+ir.Ident(d.Name), d, view{v.writer, "_pid", v.when})
		return v.when + ir.Ident(d.Name)
	}
	v.ask(ir.Ident(d.Name)+"_of(me)", d, view{v.writer, "me", now})
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
		return v.output("reply") + " == " + replyName(e.Phrase)
	case *parser.Keeps:
		return v.keeps(e)
	}
	panic(fmt.Sprintf("promela: no text for %T", e))
}

func (v view) of(whose parser.Whose) view {
	if whose == parser.Was {
		v.when = was
	} else {
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
	}
	all := []string{v.output("segments") + " == 1"}
	for i, x := range v.fields(e.Send) {
		all = append(all, v.output(sentFields[i]+"[0]")+" == "+wrapped(x))
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
