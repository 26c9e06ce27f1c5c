package parser

import (
	"slices"
	"strings"
)

// This file sees that nothing is defined by itself, so that every event ends:
// words, actions, and the ways that continue makes.

// link is a use of one named thing in another's definition.
type link struct {
	to  *Decl
	pos Pos
}

func (r *resolver) checkCycles() {
	links := map[*Decl][]link{}
	for _, g := range append(append([]*Guard{}, r.spec.Guards...), r.spec.Invariants...) {
		links[&g.Decl] = wordLinks(g.Expr)
	}
	for _, v := range r.spec.Values {
		links[&v.Decl] = wordLinks(v.Expr)
	}
	for _, a := range r.spec.Actions {
		walk(a.Body, func(s Stmt) {
			if c, ok := s.(*Call); ok {
				links[&a.Decl] = append(links[&a.Decl], link{to: &c.Action.Decl, pos: c.Pos})
			}
		})
	}
	f := &follower{resolver: r, links: links, done: map[*Decl]bool{}}
	for _, d := range r.wordsInOrder() {
		f.follow(link{to: d, pos: d.Pos})
	}
	if !r.failed() {
		r.checkLoops()
	}
}

// wordsInOrder lists everything that could be defined by itself, in the order of the text.
func (r *resolver) wordsInOrder() []*Decl {
	var list []*Decl
	for _, f := range r.spec.Files {
		for _, item := range f.Items {
			switch item := item.(type) {
			case *Guard:
				list = append(list, &item.Decl)
			case *Value:
				list = append(list, &item.Decl)
			case *Action:
				list = append(list, &item.Decl)
			}
		}
	}
	return list
}

func wordLinks(e Expr) []link {
	var list []link
	each(e, func(e Expr) {
		if w, ok := e.(*Word); ok {
			d, _ := w.definition()
			list = append(list, link{to: d, pos: w.Pos})
		}
	})
	return list
}

// follower walks links and knows the way it has come.
type follower struct {
	*resolver
	links map[*Decl][]link
	done  map[*Decl]bool
	way   []link
}

// follow reports a way that comes back to where it has been, once.
func (f *follower) follow(l link) {
	if f.done[l.to] {
		if i := slices.IndexFunc(f.way, func(on link) bool { return on.to == l.to }); i >= 0 {
			f.reportCycle(append(slices.Clone(f.way[i+1:]), l), l.to)
		}
		return
	}
	f.done[l.to] = true
	f.way = append(f.way, l)
	for _, next := range f.links[l.to] {
		f.follow(next)
	}
	f.way = f.way[:len(f.way)-1]
}

func (r *resolver) reportCycle(way []link, d *Decl) {
	names := []string{d.Name}
	for i, l := range way {
		if i == longestWay {
			names = append(names, "…")
			way = way[:i]
			break
		}
		names = append(names, l.to.Name)
	}
	diag := r.errorf("recursion", d.Pos, "%s is defined by itself: %s", d.Name, strings.Join(names, " → "))
	for _, l := range way {
		r.also(diag, l.pos, "%s is used here", l.to.Name)
	}
	r.help(diag, "definitions have no recursion, so that every event ends")
}

// longestWay is how many uses of a cycle are told.
const longestWay = 8

// ---- continue

// station is a place in a handler: a statement directly in its body.
type station struct {
	handler *Handler
	index   int
}

// checkLoops sees that no continue leads back to itself.
func (r *resolver) checkLoops() {
	ways := map[station][]*Continue{}
	for _, h := range r.spec.Handlers {
		for i, s := range h.Body {
			ways[station{h, i}] = continues([]Stmt{s}, map[*Action]bool{})
		}
	}
	for _, h := range r.spec.Handlers {
		for i := range h.Body {
			for _, c := range ways[station{h, i}] {
				if leads(c.target(), station{h, i}, ways, map[station]bool{}) {
					d := r.errorf("recursion", c.Pos, "this goes round in a circle: step %s leads back here", c.Step.Name)
					r.also(d, c.Step.Pos, "step %s is here", c.Step.Name)
					r.help(d, "continue at a step that stands behind, so that every event ends")
				}
			}
		}
	}
}

// continues lists the continue statements in a list and in the actions it calls.
func continues(list []Stmt, seen map[*Action]bool) []*Continue {
	var all []*Continue
	walk(list, func(s Stmt) {
		switch s := s.(type) {
		case *Continue:
			all = append(all, s)
		case *Call:
			if !seen[s.Action] {
				seen[s.Action] = true
				all = append(all, continues(s.Action.Body, seen)...)
			}
		}
	})
	return all
}

// target is where a continue goes.
func (c *Continue) target() station {
	for i, s := range c.Handler.Body {
		if s == Stmt(c.Step) {
			return station{c.Handler, i}
		}
	}
	return station{c.Handler, len(c.Handler.Body)}
}

// leads tells whether processing from one station can come to another.
func leads(from, to station, ways map[station][]*Continue, seen map[station]bool) bool {
	for ; from.index < len(from.handler.Body); from.index++ {
		if from == to {
			return true
		}
		if seen[from] {
			return false
		}
		seen[from] = true
		for _, c := range ways[from] {
			if leads(c.target(), to, ways, seen) {
				return true
			}
		}
	}
	return false
}
