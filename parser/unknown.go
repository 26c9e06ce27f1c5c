package parser

import "strings"

// unknownWord reports a name that an expression cannot use, with what was
// probably meant.
func (b *body) unknownWord(name string, at Pos) {
	if b.loose {
		return
	}
	d := b.errorf("unknown-name", at, "there is no variable, guard or value %s", name)
	if b.glued(d, name) || b.elsewhere(d, name) {
		return
	}
	local := &space{byName: map[string]named{}}
	for _, v := range b.vars {
		local.byName[v.Name] = named{decl: &v.Decl}
	}
	b.suggest(d, name, local, b.words)
}

// glued recognizes a subtraction without spaces: SEG.SEQ-1.
func (b *body) glued(d *Diagnostic, name string) bool {
	for i := range name {
		if name[i] != '-' {
			continue
		}
		_, known := b.words.byName[name[:i]]
		for _, v := range b.vars {
			known = known || v.Name == name[:i]
		}
		if known {
			b.help(d, "a minus needs spaces around it, names have hyphens: %s - %s", name[:i], name[i+1:])
			return true
		}
	}
	return false
}

// elsewhere recognizes states, timers, and the parameters of events.
func (b *body) elsewhere(d *Diagnostic, name string) bool {
	if n, ok := b.places.byName[name]; ok {
		b.also(d, n.decl.Pos, "%s is a state or a set of states", name)
		b.help(d, "write state in %s", name)
		return true
	}
	if n, ok := b.timers.byName[name]; ok {
		b.also(d, n.decl.Pos, "%s is a timer", name)
		b.help(d, "write running(%s)", name)
		return true
	}
	var events []string
	var first *Var
	for _, e := range b.spec.Events {
		for _, p := range e.Params {
			if p.Name == name && e.Timer == nil {
				events, first = append(events, e.Name), p
			}
		}
	}
	if first == nil {
		return false
	}
	b.also(d, first.Pos, "%s is a parameter of %s", name, strings.Join(events, ", "))
	if b.handler == nil {
		b.help(d, "an action sees its own parameters only: pass it on")
	}
	return true
}

// bareName is the unit that an expression consists of, nil if there is more to it.
func (n *orNode) bareName() *unitNode {
	and := n.First
	if len(n.Rest) > 0 || len(and.Rest) > 0 || len(and.First.Not) > 0 {
		return nil
	}
	c := and.First.X
	if len(c.Rest) > 0 || len(c.First.Rest) > 0 || len(c.First.First.Rest) > 0 || len(c.First.First.First.Rest) > 0 {
		return nil
	}
	if u := c.First.First.First.First; u.Name != "" {
		return u
	}
	return nil
}
