package tla

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/world"
	"github.com/lockstep-tcp/lockstep/parser"
)

// state is the view of a host in a state.
func (w *writer) state(me string) view {
	return view{
		writer: w, host: "h[" + me + "]", settings: "Settings[" + me + "]", suffix: "_of", args: "(" + me + ")",
		peer:  func(view) view { return w.state("Other[" + me + "]") },
		ghost: func(v view, name string) string { return name + "(" + v.host + ")" },
	}
}

// now is the view of a step, behind the event itself, with what is counted when all is
// done; was, before it.
func (w *writer) now() view {
	ghostOf := func(host string) func(view, string) string {
		return func(_ view, name string) string { return name + "(" + host + ")" }
	}
	return view{
		writer: w, host: "m.my", settings: "Settings[m.me]", seg: "seg", suffix: "_now", args: ofStep,
		was: func(v view) view {
			v.host, v.suffix, v.ghost = "was", "_was", ghostOf("was")
			return v
		},
		ghost: ghostOf("done"),
	}
}

// ofStep is what operators of steps are given; BrokenBy says what they are.
const ofStep = "(was, m, done, seg)"

// ask writes the operator of a word as this view sees it, once.
func (v view) ask(d ir.Definition) {
	params, inner := ofStep, v
	if v.suffix == "_of" {
		params, inner = "(me)", v.state("me")
	}
	if inner.suffix != "_of" {
		inner.seg, inner.args = "seg", ofStep // wherever it is used
	}
	if name := ir.Ident(d.Name) + v.suffix; v.first(name) {
		body := inner.expr(d.Expr) // writes the words it uses
		fmt.Fprintf(&v.words, "\\* %s\n%s%s == %s\n", ir.Headline(d.Name, *d.Decl), name, params, body)
	}
}

// step writes what only properties say: whose a thing is, and what a step did.
func (v view) step(e parser.Expr) string {
	switch e := e.(type) {
	case *parser.Of:
		if e.Whose == parser.Was {
			return v.was(v).expr(e.X)
		}
		return v.peer(v).expr(e.X)
	case *parser.Sends:
		return v.sends(e)
	case *parser.Fired:
		if e.Rule == nil {
			return "m.out.rules # {}"
		}
		return quoted(e.Rule.Name) + ` \in m.out.rules`
	case *parser.Starts:
		return quoted(e.Timer.Name) + ` \in m.out.started`
	case *parser.Asks:
		return v.asks(e)
	case *parser.Tells:
		if e.Phrase == nil {
			return "m.out.signals = {}"
		}
		return quoted(e.Phrase.Name) + ` \in m.out.signals`
	case *parser.Replies:
		if e.Phrase == nil {
			return `m.out.reply = ""`
		}
		return "m.out.reply = " + quoted(e.Phrase.Name)
	case *parser.Keeps:
		if e.Nothing {
			return "Forgets(m)"
		}
		return v.keeps(e)
	}
	panic(fmt.Sprintf("tla: no text for %T", e))
}

func (v view) sends(e *parser.Sends) string {
	switch {
	case e.Nothing:
		return "m.out.sent = <<>>"
	case e.Text:
		return `(\E k \in DOMAIN m.out.sent : m.out.sent[k].DATA > 0)`
	case e.Bit != nil:
		return `(\E k \in DOMAIN m.out.sent : ` + quoted(e.Bit.Name) + ` \in m.out.sent[k].CTL)`
	case e.Such != nil:
		of, quantifier := v, `\E`
		if e.Only {
			quantifier = `\A`
		}
		of.seg, of.args = "Sent(m.out.sent[k])", "(was, m, done, Sent(m.out.sent[k]))"
		return "(" + quantifier + ` k \in DOMAIN m.out.sent : ` + of.expr(e.Such) + ")"
	}
	return "m.out.sent = <<" + v.segment(e.Send) + ">>"
}

func (v view) asks(e *parser.Asks) string {
	if e.Effect == nil {
		return "m.out.asks = {}"
	}
	all := []string{quoted(e.Effect.Name) + ` \in m.out.asks`}
	for i, x := range e.Args {
		all = append(all, "m.out."+ir.Ident(e.Effect.Name)+"."+ir.Ident(e.Effect.Params[i].Name)+" = "+v.operand(x))
	}
	return strings.Join(all, ` /\ `)
}

func (v view) keeps(e *parser.Keeps) string {
	var variables, timers []string
	for _, x := range e.Vars {
		variables = append(variables, quoted(ir.Ident(x.Name)))
	}
	for _, t := range e.Timers {
		timers = append(timers, quoted(t.Name))
	}
	return fmt.Sprintf("Keeps(was, m, {%s}, {%s})", strings.Join(variables, ", "), strings.Join(timers, ", "))
}

// can tells whether a property can be asked; if not, it notes why.
func (w *writer) can(p *parser.Property) bool {
	why := w.c.Unasked(p)
	if p.Form == parser.Sometimes {
		why = "it is a state to be met, and TLC looks for what must not be"
	}
	if line := p.Name + ": " + why; why != "" && !slices.Contains(w.left, line) { // one may be of states and of steps
		w.left = append(w.left, line)
	}
	return why == ""
}

// steps writes the properties of steps, and the set of those that a step breaks.
func (w *writer) steps() {
	var all []string
	body := w.Apart(func() {
		for _, p := range w.p.Properties {
			clauses := world.InSteps(p)
			if clauses == nil || !w.can(p) {
				continue
			}
			w.comment(ir.Headline(p.Name, p.Decl))
			for i, c := range clauses {
				name := "Step_" + ir.Ident(p.Name)
				if i > 0 {
					name = fmt.Sprintf("%s_%d", name, i+1)
				}
				w.Line("%s(was, m, done, seg, e) == %s%s", name, w.occasion(c), w.now().operand(c.Expr))
				all = append(all, fmt.Sprintf("(IF %s(was, m, done, seg, e) THEN {} ELSE {%s})", name, quoted(p.Name)))
			}
		}
	})
	w.comment(`---- properties of the text: of every step, and of what a host does itself behind an event. was is the host before,
m the machine behind the event itself, done the host when all is done, seg the segment as it arrived, e the event.`)
	w.Line("")
	w.Raw(w.words.String())
	w.Raw(body)
	w.words.Reset()
	w.Line("Broken(was, m, done, seg, e) == %s", strings.Join(append(all, "{}"), " \\cup\n  "))
	w.Line("")
}

// occasion is empty, or says which steps a clause is about.
func (w *writer) occasion(c *parser.Clause) string {
	var names, timers, all []string
	if c.Events == nil && world.Counts(c) {
		all = append(all, `e.name \notin {"SEGMENTIZE", "HELD TEXT"}`) // what is counted is the whole step's
	}
	for _, e := range c.Events {
		if e.Timer != nil {
			timers = append(timers, quoted(e.Timer.Name))
		} else {
			names = append(names, quoted(e.Name))
		}
	}
	named := `e.name \in {` + strings.Join(names, ", ") + "}"
	expires := `e.name = "timeout" /\ e.timer \in {` + strings.Join(timers, ", ") + "}"
	switch {
	case len(names) > 0 && len(timers) > 0:
		all = append(all, "("+named+` \/ (`+expires+"))")
	case len(names) > 0:
		all = append(all, named)
	case len(timers) > 0:
		all = append(all, expires)
	}
	if every := w.p.AllStates(); c.States&every != every {
		v := w.now()
		all = append(all, wrapped(v.was(v).expr(&parser.StateIn{States: c.States})))
	}
	if len(all) == 0 {
		return ""
	}
	return "(" + strings.Join(all, ` /\ `) + ") => "
}

// invariants writes what must hold in every state.
func (w *writer) invariants() {
	w.comment("---- properties of the text: in every state.")
	w.Line("")
	w.Line("NothingBroken == broken = {}")
	w.invariant = append(w.invariant, "NothingBroken")
	write := func(prefix string, d parser.Decl, e parser.Expr) {
		body := w.state("me").expr(e)
		w.Raw(w.words.String())
		w.words.Reset()
		w.comment(ir.Headline(d.Name, d))
		w.Line("%s%s == \\A me \\in Hosts : %s", prefix, ir.Ident(d.Name), body)
		w.invariant = append(w.invariant, prefix+ir.Ident(d.Name))
	}
	for _, g := range w.p.Invariants {
		write("TCB_", g.Decl, g.Expr)
	}
	for _, p := range w.p.Properties {
		if e := world.InStates(p); e != nil && w.can(p) {
			write("Always_", p.Decl, e)
		}
	}
	w.Line("")
}

// cycles are the steps that properties of cycles are about.
var cycles = map[string]string{
	"deliver": `\E i \in Hosts : Deliver(i) \/ DeliverLate(i)`, "timeout": `\E i \in Hosts, t \in Timers : Timeout(i, t)`, "steps": "Next",
}

// endings writes what must happen in the end.
func (w *writer) endings() {
	w.comment("---- properties of the text: in the end. Faults are finite here; what else is fair, Spec says.")
	w.Line("")
	for _, p := range w.p.Properties {
		if world.InStates(p) != nil || world.InSteps(p) != nil || !w.can(p) {
			continue
		}
		name := "Finally_" + ir.Ident(p.Name)
		formula := fmt.Sprintf("<>[][%s]_vars => <>[][FALSE]_vars", cycles[p.Cycle])
		if p.Form == parser.Eventually {
			v := w.state("me")
			formula = `\A me \in Hosts : <>(Begun /\ ` + v.operand(p.Expr) + ")"
			if p.From != nil {
				formula = `\A me \in Hosts : ((` + v.expr(p.From) + ") ~> (" + v.expr(p.Expr) + "))"
			}
		}
		w.Raw(w.words.String())
		w.words.Reset()
		w.comment(ir.Headline(p.Name, p.Decl))
		w.Line("%s == %s", name, formula)
		w.temporal = append(w.temporal, name)
	}
	w.Line("")
}

// silence lists what is not asked.
func (w *writer) silence() {
	if len(w.left) > 0 {
		w.comment("Properties of the text that are not asked of this module, and why:\n  " + strings.Join(w.left, "\n  "))
	}
	w.comment(world.Tried)
}

// cfg is the configuration for TLC.
func (w *writer) cfg() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "\\* %s, configuration %s, for TLC. Written by lockstep export; do not edit.\n", w.p.Name, w.c.Name)
	b.WriteString("\\* A host that has nothing to do any more is no deadlock. Without the properties at the end, which take long, TLC counts the states and checks the rest.\n")
	b.WriteString("SPECIFICATION Spec\nCHECK_DEADLOCK FALSE\nINVARIANTS\n")
	for _, name := range w.invariant {
		fmt.Fprintf(&b, "  %s\n", name)
	}
	if len(w.temporal) > 0 {
		b.WriteString("PROPERTIES\n")
		for _, name := range w.temporal {
			fmt.Fprintf(&b, "  %s\n", name)
		}
	}
	return []byte(b.String())
}
