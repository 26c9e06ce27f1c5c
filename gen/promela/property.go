package promela

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/world"
	"github.com/lockstep-tcp/lockstep/parser"
)

// looked is what the properties look at, collected while they are written.
type looked struct {
	macros  strings.Builder // macros of guards, values and terms
	asked   map[string]bool // their names
	kept    []kept
	differs map[string]bool      // settings that the two hosts have different values of
	silent  []string             // properties that cannot be asked, and why
	noted   map[*parser.Rule]int // rules whose firing a property asks about, numbered
}

// kept is a variable that remembers a value for properties, and the inline that fills it in.
type kept struct{ inline, variable, value string }

// keep has a value remembered, and returns the variable.
func (w *writer) keep(inline, variable, value string) string {
	if k := (kept{inline, variable, value}); !slices.Contains(w.kept, k) {
		w.kept = append(w.kept, k)
	}
	return variable
}

func newLooked(p *ir.Program) looked {
	noted := map[*parser.Rule]int{}
	for _, x := range p.Properties {
		for _, c := range x.Of {
			noteRules(c.Expr, noted)
		}
	}
	return looked{
		noted: noted,
		asked: map[string]bool{}, differs: map[string]bool{},
	}
}

// noteRules numbers the rules whose firing an expression asks about.
func noteRules(e parser.Expr, noted map[*parser.Rule]int) {
	ir.Visit(e, func(e parser.Expr) bool {
		switch e := e.(type) {
		case *parser.Word:
			noteRules(ir.DefinitionOf(e).Expr, noted)
		case *parser.Fired:
			if _, known := noted[e.Rule]; !known && e.Rule != nil {
				noted[e.Rule] = len(noted)
			}
		}
		return true
	})
}

// note is the variable and the bit that tell that a rule has fired.
func (w *writer) note(r *parser.Rule) (variable string, bit int) {
	const bits = 30 // of an int
	return fmt.Sprintf("noted_%d", w.noted[r]/bits), 1 << (w.noted[r] % bits)
}

// notes are the variables for which note has bits.
func (w *writer) notes() (list []string) {
	for _, r := range w.p.Rules {
		if _, asked := w.noted[r]; asked {
			if v, _ := w.note(r); !slices.Contains(list, v) {
				list = append(list, v)
			}
		}
	}
	return list
}

// ask writes the macro of a word, once.
func (w *writer) ask(name string, d ir.Definition, v view) {
	if w.asked[name] {
		return
	}
	w.asked[name] = true
	w.names = append(w.names, name)
	body := v.broken(d.Expr)
	w.macros.WriteString("/* " + harmless(ir.Headline(d.Name, *d.Decl)) + " */\n")
	w.macros.WriteString("#define " + name + " (" + strings.ReplaceAll(body, "\n", " \\\n") + ")\n")
}

// wide is the longest line that is not broken.
const wide = 110

// broken writes an expression, on lines of its own for each of its parts if it is long.
func (v view) broken(e parser.Expr) string {
	if s := v.expr(e); len(s) <= wide {
		return s
	}
	if k, ok := e.(*parser.Keeps); ok {
		return strings.ReplaceAll(v.keeps(k), " && was", " &&\n\twas")
	}
	b, ok := e.(*parser.Binary)
	switch {
	case ok && b.Op == parser.Implies:
		return "!" + v.negated(b.X) + " ||\n\t" + v.operand(b.Y)
	case ok && (b.Op == parser.And || b.Op == parser.Or):
		return v.part(b, b.X) + " " + operators[b.Op] + "\n\t" + v.part(b, b.Y)
	}
	return v.expr(e)
}

func (v view) part(b *parser.Binary, x parser.Expr) string {
	if inner, ok := x.(*parser.Binary); ok && inner.Op == b.Op {
		return v.broken(x)
	}
	if k, ok := x.(*parser.Keeps); ok && b.Op == parser.And {
		return v.broken(k)
	}
	return v.operand(x)
}

// properties writes what must hold: of states and steps as assertions.
func (w *writer) properties() {
	w.comment(`---- properties of the text: in every state, and of every step. pan names the one that is broken:
  assertion violated property_NAME
Those of steps look at what the event itself has made of its host, and so do those of what a host does itself behind it;
those that look at what is counted, too, are asked when all is done that the event asks for. By then began_X is what X was
before it, and made_X what the event itself has made of X.`)
	w.Line("")
	var states, steps, behind, counts []string
	all := w.Apart(func() {
		for _, p := range w.p.Properties {
			inStates, inSteps := world.InStates(p), world.InSteps(p)
			if inStates == nil && inSteps == nil || !w.can(p) {
				continue
			}
			if inStates != nil {
				states = append(states, w.ofStates(p, inStates))
			}
			for i, c := range inSteps {
				switch {
				case world.Counts(c) && world.First(c):
					counts = append(counts, w.ofSteps(p, i, c, made))
				case world.First(c) || world.Behind(c):
					hold := w.ofSteps(p, i, c, now)
					if world.First(c) {
						steps = append(steps, hold)
					}
					if world.Behind(c) {
						behind = append(behind, hold)
					}
				}
			}
		}
	})
	w.Raw(w.macros.String())
	w.Line("")
	w.memory()
	w.Raw(all)
	w.hold("states_hold", states)
	w.hold("steps_hold", steps)
	w.hold("behind_holds", behind)
	w.hold("counts_hold", counts)
	w.met()
}

// met writes the inline that notes which states were met that the text wants to be met.
func (w *writer) met() {
	w.macros.Reset()
	conditions := map[*parser.Property]string{}
	for _, p := range ToBeMet(w.p) {
		if w.can(p) {
			v := func(me string) string { return view{writer: w, host: me}.operand(p.Expr) }
			conditions[p] = v("_pid") + " ||\n\t\t" + v("other(_pid)")
		}
	}
	w.Raw(w.macros.String())
	w.inline("states_met", func() {
		w.Raw("#ifdef COVERAGE\n")
		for k, p := range ToBeMet(w.p) {
			if conditions[p] == "" {
				continue
			}
			w.comment(harmless(ir.Headline(p.Name, p.Decl)))
			w.Line("if")
			w.Line(":: %s -> MET(%d);", conditions[p], k)
			w.Line(":: else -> skip;")
			w.Line("fi;")
		}
		w.Raw("#endif\n")
		w.Line("skip;")
	})
}

// ToBeMet are the properties that say that some state must be met in some world.
func ToBeMet(p *ir.Program) (all []*parser.Property) {
	for _, x := range p.Properties {
		if x.Form == parser.Sometimes {
			all = append(all, x)
		}
	}
	return all
}

// hold writes an inline that asks of every property in a list. SPIN bounds the length of an
// inline, so that each property has its own.
func (w *writer) hold(name string, all []string) {
	w.inline(name, func() {
		w.unlessBare(func() {
			for _, hold := range all {
				w.Line("%s();", hold)
			}
		})
	})
}

// unlessBare writes statements that are left out where no property is asked.
func (w *writer) unlessBare(body func()) {
	w.Raw("#ifndef NOPROPERTIES\n")
	body()
	w.Raw("#endif\n")
	w.Line("skip;")
}

// ofStates writes the inline of a property of states, and returns its name.
func (w *writer) ofStates(p *parser.Property, e parser.Expr) string {
	// A step changes one host; but what is said of a host may look at the other.
	holds := ir.Ident(p.Name) + "_holds"
	w.ask(holds+"_of(me)", ir.Definition{Decl: &p.Decl, Expr: e}, view{writer: w, host: "me"})
	return w.assertion(p, holds, "property_"+ir.Ident(p.Name), fmt.Sprintf("%s_of(_pid) && %s_of(other(_pid))", holds, holds))
}

// ofSteps writes the inline of what a property says of steps, the i-th that it says, and
// returns its name.
func (w *writer) ofSteps(p *parser.Property, i int, c *parser.Clause, when string) string {
	holds := ir.Ident(p.Name) + "_holds"
	verdict := "property_" + ir.Ident(p.Name)
	switch {
	case p.Form == parser.Refines: // it has another of states
		holds, verdict = holds+"_in_steps", verdict+"_in_steps"
	case i > 0:
		holds, verdict = fmt.Sprintf("%s_%d", holds, i+1), fmt.Sprintf("%s_%d", verdict, i+1)
	}
	v := view{writer: w, host: "_pid", when: when}
	occasion := v.occasion(c)
	if occasion == "" {
		return w.assertion(p, holds, verdict, indented(v.broken(c.Expr)))
	}
	return w.assertion(p, holds, verdict, occasion+indented(v.operand(c.Expr)))
}

// assertion writes the inline that asserts a property.
func (w *writer) assertion(p *parser.Property, name, verdict, holds string) string {
	w.locals = append(w.locals, "hidden byte "+verdict+";")
	w.names = append(w.names, verdict)
	w.comment(harmless(ir.Headline(p.Name, p.Decl)))
	w.inline(name, func() {
		w.Line("%s = %s;", verdict, holds)
		w.Line("assert(%s);", verdict)
	})
	return name
}

func indented(s string) string { return strings.ReplaceAll(s, "\n", "\n\t") }

// occasion is empty, or says which steps a clause is not about.
func (v view) occasion(c *parser.Clause) string {
	var all, on []string
	for _, e := range c.Events {
		on = append(on, eventName(e))
	}
	if len(on) > 0 {
		all = append(all, "any("+v.output("event")+", "+strings.Join(on, " | ")+")")
	}
	if every := v.p.AllStates(); c.States&every != every {
		all = append(all, v.of(parser.Was).stateIn(c.States))
	}
	if len(all) == 0 {
		return ""
	}
	return "!(" + strings.Join(all, " && ") + ") ||\n\t\t"
}

// memory writes the variables that remember something for properties, and the inlines that fill them in.
func (w *writer) memory() {
	w.keep("remember_segment", "came_SEG_CTL", "SEG_CTL")
	for _, inline := range []string{"remember_host_began", "remember_host_was", "remember_beside", "remember_segment", "remember_host_made", "remember_output"} {
		w.inline(inline, func() {
			w.unlessBare(func() {
				for _, k := range w.kept {
					if k.inline == inline {
						w.locals = append(w.locals, "hidden int "+k.variable+";")
						w.Line("%s = %s;", k.variable, k.value)
					}
				}
			})
		})
	}
}

// can tells whether a property can be asked; if not, it notes why.
func (w *writer) can(p *parser.Property) bool {
	why := w.c.Unasked(p)
	if why != "" {
		w.silent = append(w.silent, p.Name+": "+why)
	}
	return why == ""
}

// silence lists what is not asked.
func (w *writer) silence() {
	w.Line("")
	if len(w.silent) > 0 {
		w.comment("Properties of the text that are not asked of this model, and why:\n  " + harmless(strings.Join(w.silent, "\n  ")))
	}
	w.comment(world.Tried)
}

func harmless(comment string) string { return strings.ReplaceAll(comment, "*/", "* /") }

// claims are what must happen in the end.
func (w *writer) claims() {
	w.Line("")
	w.comment(`---- properties of the text: in the end. Faults are finite here. That segments arrive, timers expire and users make their
  calls is not assumed: there is no cycle that leaves them out, or SPIN finds it. That users read is, of those that say so.`)
	w.macros.Reset()
	formulas, inCycles := "", ""
	for _, p := range w.p.Properties {
		switch {
		case p.Form == parser.Sometimes, world.InStates(p) != nil, world.InSteps(p) != nil, !w.can(p):
		case p.Form == parser.NoCycle:
			inCycles += w.Apart(func() { w.noCycle(p) })
		default:
			formulas += w.Apart(func() { w.eventually(p) })
		}
	}
	w.Raw(w.macros.String() + formulas)
	if inCycles != "" {
		w.Raw("#ifdef EVENTS\n" + inCycles + "#endif\n")
	}
}

// cycles are the steps that properties of cycles are about.
var cycles = map[string]string{"deliver": "<> [] (last == SEGMENT) && ", "timeout": "<> [] (last == TIMEOUT) && ", "steps": ""}

func (w *writer) noCycle(p *parser.Property) {
	w.comment(harmless(ir.Headline(p.Name, p.Decl)))
	w.Line("ltl %s { !(%s[]<> beat && []<> !beat) }", ir.Ident(p.Name), cycles[p.Cycle])
}

// reading is what is assumed that SPIN need not do: users who get text read it.
func (w *writer) reading(p *parser.Property) string {
	var all []string
	if !slices.Contains(p.Assuming, parser.UsersRead) {
		return ""
	}
	for i := range w.c.Reads {
		sends := func(call world.Call) bool { return call.Op == world.Send || call.Op == world.SendUrgent }
		if w.c.Reads[i] && slices.ContainsFunc(w.c.Script[1-i], sends) {
			all = append(all, fmt.Sprintf("[]<> has_read(h[%d])", i))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "(" + strings.Join(all, " && ") + ") -> "
}

// eventually writes a formula for each host.
func (w *writer) eventually(p *parser.Property) {
	headline := ir.Headline(p.Name, p.Decl)
	if len(p.Assuming) > 0 {
		headline += "; assuming " + strings.Join(p.Assuming, ", ")
	}
	w.comment(harmless(headline))
	for me := range 2 {
		v := view{writer: w, host: fmt.Sprint(me)}
		formula := "<> (begun && " + v.operand(p.Expr) + ")" // before, nobody has done anything that could come about
		if p.From != nil {
			formula = "[] ((" + v.expr(p.From) + ") -> <> (" + v.expr(p.Expr) + "))"
		}
		name := fmt.Sprintf("%s_%d", ir.Ident(p.Name), me)
		w.names = append(w.names, name)
		w.Line("ltl %s { %s%s }", name, w.reading(p), formula)
	}
}
