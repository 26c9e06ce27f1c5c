package proof

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// ghost writes what the text wants remembered.
func (w *writer) ghost() string {
	var b strings.Builder
	b.WriteString("// Ghost is what the text wants remembered of a connection beside its TCB.\ntype Ghost struct {\n")
	for _, v := range w.p.Ghosts {
		fmt.Fprintf(&b, "\t%s %s // %s\n", ir.Exported(v.Name), goType(v.Type), v.Doc)
	}
	b.WriteString("}\n\n")
	return b.String()
}

// events writes the events of the text as a set.
func (w *writer) events() string {
	var b strings.Builder
	b.WriteString("// Event is an event of the text.\ntype Event uint8\n\nconst (\n")
	most := 0
	for i, e := range w.p.Events {
		name := eventName(e)
		if i == 0 {
			name += " Event = iota"
		}
		b.WriteString("\t" + name + "\n")
		most = max(most, len(e.Params))
	}
	fmt.Fprintf(&b, ")\n\n// NumEvents is how many events there are, MaxParams the most parameters of one.\nconst (\nNumEvents = %d\nMaxParams = %d\n)\n\n", len(w.p.Events), most)
	b.WriteString("// Timeout is the event of a timer that expires.\n")
	fmt.Fprintf(&b, "func Timeout(t tcp.Timer) Event { return %s + Event(t) }\n\n", eventName(w.firstTimeout()))
	b.WriteString("// Events is a set of events.\ntype Events uint32\n\n// Has tells whether an event is in the set.\nfunc (s Events) Has(e Event) bool { return s>>e&1 != 0 }\n")
	return b.String()
}

func (w *writer) firstTimeout() *parser.Event {
	for _, e := range w.p.Events {
		if e.Timer != nil {
			return e
		}
	}
	return w.p.Events[0]
}

func eventName(e *parser.Event) string {
	if e.Timer != nil {
		return "Timeout" + ir.WordName(e.Timer.Name)
	}
	return "Event" + ir.WordName(e.Name)
}

// table writes Properties.
func (w *writer) table() string {
	var lists []string
	for _, p := range w.p.Properties {
		if name := listName(stem(p)); !slices.Contains(lists, name) {
			lists = append(lists, name)
		}
	}
	return "// Properties are those of the text, in its order.\nvar Properties = all(" + strings.Join(lists, ", ") + ")\n" + `
func all(lists ...[]Property) (all []Property) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}
`
}

func listName(stem string) string { return "of" + ir.Exported(strings.ReplaceAll(stem, "_", "-")) }

// tables writes the lists of properties, one for each file of the text.
func (w *writer) tables() map[string]string {
	lists := map[string]string{}
	for _, p := range w.p.Properties {
		name := stem(p)
		if lists[name] == "" {
			lists[name] = fmt.Sprintf("// %s is what stands in %s.\nvar %s = []Property{\n", listName(name), path.Base(p.Pos.File), listName(name))
		}
		lists[name] += w.row(p)
	}
	for name := range lists {
		lists[name] += "}\n"
	}
	return lists
}

// row writes a property as an element of its list.
func (w *writer) row(p *parser.Property) string {
	var b strings.Builder
	head := fmt.Sprintf("{Name: %q, Source: %q,\nSays: %q,\nCatches: %q,\n", p.Name, source(&p.Decl), p.Doc, p.Catches)
	b.WriteString(head)
	if len(p.Assuming) > 0 {
		fmt.Fprintf(&b, "Assuming: %#v,\n", p.Assuming)
	}
	switch p.Form {
	case parser.Always, parser.Sometimes:
		fmt.Fprintf(&b, "State: %s, Sometimes: %v, Pair: %v},\n", functionName(p.Name), p.Form == parser.Sometimes, p.Peer)
	case parser.Each:
		b.WriteString("Steps: []Clause{\n")
		for i, c := range p.Of {
			fmt.Fprintf(&b, "{Ask: %s, On: %s, In: %s%s},\n", clauseName(p.Name, i), w.eventSet(c.Events), w.stateSet(c.States), w.signsOf(c))
		}
		b.WriteString("}},\n")
	case parser.Eventually:
		if p.From != nil {
			fmt.Fprintf(&b, "From: %sFrom, ", functionName(p.Name))
		}
		fmt.Fprintf(&b, "Goal: %sGoal},\n", functionName(p.Name))
	case parser.NoCycle:
		fmt.Fprintf(&b, "NoCycle: %q},\n", p.Cycle)
	case parser.Refines:
		fmt.Fprintf(&b, "State: %s, Pair: true},\n%s", functionName(p.Name), head)
		fmt.Fprintf(&b, "Steps: []Clause{{Ask: %sStep, On: %s, In: %s}}},\n", functionName(p.Name), w.eventSet(nil), w.stateSet(w.p.AllStates()))
	}
	return b.String()
}

func (w *writer) eventSet(list []*parser.Event) string {
	switch {
	case list == nil:
		return "1<<NumEvents - 1"
	case len(list) > len(w.p.Events)/2:
		var but []*parser.Event
		for _, e := range w.p.Events {
			if !slices.Contains(list, e) {
				but = append(but, e)
			}
		}
		return "(1<<NumEvents - 1) &^ (" + w.eventSet(but) + ")"
	}
	var bits []string
	for _, e := range list {
		bits = append(bits, "1<<"+eventName(e))
	}
	return strings.Join(bits, " | ")
}

func (w *writer) stateSet(states parser.StateSet) string {
	if states == w.p.AllStates() {
		return "1<<tcp.NumStates - 1"
	}
	for _, set := range w.p.Sets {
		if set.States == states {
			return "tcp." + ir.WordName(set.Name)
		}
	}
	var bits []string
	for _, s := range w.p.States {
		if states>>s.Index&1 != 0 {
			bits = append(bits, "1<<tcp."+ir.StateName(s.Name))
		}
	}
	return strings.Join(bits, " | ")
}

// source is the citations and labels of a property.
func source(d *parser.Decl) string {
	var parts []string
	for _, c := range d.Cites {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("RFC %d %s", c.RFC, c.Section)))
	}
	text := strings.Join(parts, ", ")
	return strings.TrimSpace(text + " " + strings.Join(d.Labels, " "))
}
