package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// This file writes what properties look at. In them h[me] is a host and h[1 - me] its
// peer; was_X is a variable as it was before the step, came_X a field of the segment
// as it arrived. An ltl formula knows no (c -> a : b): pick is used instead.

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
	if v.was {
		v.remember(name)
		return "was_" + name
	}
	return "h[" + v.host + "]." + name
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
		if v.was {
			v.ghosts[ir.Ident(x.Name)] = true
			return "was_" + ir.Ident(x.Name)
		}
		return ir.Ident(x.Name) + "(h[" + v.host + "])"
	case parser.InSegment:
		v.came[x] = true
		return "came_" + ir.Ident(x.Name)
	}
	return v.declare(x)
}

// word is the use of a guard, a value or a term.
func (v view) word(e *parser.Word) string {
	d := ir.DefinitionOf(e)
	if v.host == "" {
		return ir.Ident(d.Name)
	}
	if v.was {
		v.ask("was_"+ir.Ident(d.Name), d, view{v.writer, "_pid", true})
		return "was_" + ir.Ident(d.Name)
	}
	v.ask(ir.Ident(d.Name)+"_of(me)", d, view{v.writer, "me", false})
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
		return fmt.Sprintf("any(%s, %d)", variable, bit)
	case *parser.Starts:
		return "starts(" + timerName(e.Timer) + ")"
	case *parser.Asks:
		return v.asks(e)
	case *parser.Tells:
		if e.Phrase == nil {
			return "signals == 0"
		}
		return "any(signals, " + signalName(e.Phrase) + ")"
	case *parser.Replies:
		return "reply == " + replyName(e.Phrase)
	case *parser.Keeps:
		return v.keeps(e)
	}
	panic(fmt.Sprintf("promela: no text for %T", e))
}

func (v view) of(whose parser.Whose) view {
	if whose == parser.Was {
		v.was = true
	} else {
		v.was, v.host = false, "other("+v.host+")"
	}
	return v
}

func (v view) sends(e *parser.Sends) string {
	switch {
	case e.Nothing:
		return "segments == 0"
	case e.Text:
		return v.some("out_DATA[%d] > 0")
	case e.Bit != nil:
		return v.some("any(out_CTL[%d], " + e.Bit.Name + ")")
	}
	var all []string
	for i, x := range v.fields(e.Send) {
		all = append(all, sentFields[i]+"[0] == "+wrapped(x))
	}
	return "segments == 1 && " + strings.Join(all, " && ")
}

var sentFields = [...]string{"out_SEQ", "out_ACK", "out_DATA", "out_UP", "out_CTL"}

func wrapped(s string) string {
	if bare(s) {
		return s
	}
	return "(" + s + ")"
}

// some is a condition on one of the segments that the event sends.
func (v view) some(condition string) string {
	var all []string
	for i := range v.p.MaxSends() {
		all = append(all, fmt.Sprintf("segments > %d && "+condition, i, i))
	}
	return strings.Join(all, " || ")
}

func (v view) asks(e *parser.Asks) string {
	if e.Effect == nil {
		return "effects == 0"
	}
	all := []string{"any(effects, " + effectName(e.Effect) + ")"}
	for i, x := range e.Args {
		all = append(all, effectName(e.Effect)+"_"+ir.Ident(e.Effect.Params[i].Name)+" == "+v.operand(x))
	}
	return strings.Join(all, " && ")
}

// keeps compares everything but what may have changed.
func (v view) keeps(e *parser.Keeps) string {
	before := v
	before.was = true
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
	all = append(all, fmt.Sprintf("!any(%s ^ %s, all_timers & ~(%s)) && !starts(all_timers & ~(%s))", before.field("timers"), v.field("timers"), noted, noted))
	return strings.Join(all, " && ")
}
