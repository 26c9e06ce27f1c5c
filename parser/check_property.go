package parser

// This file sees that a property looks only at what there is when it is asked.

// needs is what an expression looks at: the first place of each kind.
type needs struct{ was, peer, step, segment *Pos }

// join adds what a part looks at; at is where, if not where the part says.
func (n *needs) join(m needs, at *Pos) {
	for _, pair := range [][2]**Pos{{&n.was, &m.was}, {&n.peer, &m.peer}, {&n.step, &m.step}, {&n.segment, &m.segment}} {
		switch {
		case *pair[0] != nil || *pair[1] == nil:
		case at == nil:
			*pair[0] = *pair[1]
		default:
			*pair[0] = at
		}
	}
}

// needsOf collects what an expression looks at, through the words it uses.
func (r *resolver) needsOf(e Expr) (n needs) {
	if e == nil {
		return n
	}
	at, given := e.At(), false
	switch e := e.(type) {
	case *Ref:
		if e.Var.Scope == InSegment {
			n.segment = &at
		}
	case *BitSet:
		n.segment = &at
	case *Of:
		if e.Whose == Was {
			n.was = &at
		} else {
			n.peer = &at
		}
	case *Sends:
		n.step, given = &at, e.Such != nil // SEG is what is sent
	case *Fired, *Starts, *Asks, *Tells, *Replies, *Keeps:
		n.step = &at
	case *Word:
		_, inner := e.definition()
		n.join(r.needsOf(inner), &at)
	}
	for _, x := range subs(e) {
		of := r.needsOf(x)
		if given {
			of.segment = nil
		}
		n.join(of, nil)
	}
	return n
}

// checkTerms sees that no term is defined by itself, and none in vain.
func (r *resolver) checkTerms() {
	links := map[*Decl][]link{}
	for _, t := range r.spec.Terms {
		links[&t.Decl] = wordLinks(t.Expr)
	}
	f := &follower{resolver: r, links: links, done: map[*Decl]bool{}}
	for _, t := range r.spec.Terms {
		f.follow(link{to: &t.Decl, pos: t.Pos})
		r.unused(t, &t.Decl, "the term %s is never used")
	}
	r.unusedVars(r.spec.Ghosts)
}

func (r *resolver) checkProperties() {
	for _, p := range r.spec.Properties {
		switch p.Form {
		case Refines:
			r.checkQueue(p)
			continue
		case Each:
			for _, c := range p.Of {
				r.checkClause(p, c)
			}
			continue
		}
		n := r.needsOf(p.Expr)
		from := r.needsOf(p.From)
		p.Peer = n.peer != nil || from.peer != nil
		if p.From != nil {
			n.join(from, from.first())
		}
		if n.was != nil || n.step != nil || n.segment != nil {
			at := n.was
			if at == nil {
				at = n.step
			}
			if at == nil {
				at = n.segment
			}
			d := r.errorf("property", *at, "%s is about states, and this is about a step", p.Name)
			r.help(d, "say it of steps: each EVENT in STATES: …")
		}
	}
}

// checkClause sees that what is said of a step is there to be looked at.
func (r *resolver) checkClause(p *Property, c *Clause) {
	n := r.needsOf(c.Expr)
	switch {
	case n.peer != nil:
		d := r.errorf("property", *n.peer, "a step is one host's, and the property looks at the peer")
		r.help(d, "say it of states: always …")
	case n.segment != nil && !bringSegment(c.Events):
		d := r.errorf("property", *n.segment, "not every step that %s is asked of brings a segment", p.Name)
		r.help(d, "name the event: each SEGMENT ARRIVES: …")
	}
}

// checkQueue sees that the two ends of a queue are each one host's.
func (r *resolver) checkQueue(p *Property) {
	p.Peer = true
	q := p.Queue
	for _, e := range []Expr{q.Put, q.Closed, q.Taken, q.Ended, q.Unless} {
		if at := r.needsOf(e).first(); at != nil {
			d := r.errorf("property", *at, "what is put and taken is one host's, in a state")
			r.help(d, "the peer stands in between …, the step in while …")
		}
	}
	between, while := r.needsOf(q.Between), r.needsOf(q.While)
	for _, at := range []*Pos{between.was, between.step, between.segment} {
		if at != nil {
			d := r.errorf("property", *at, "whether two hosts are the ends of a queue is about a state, and this is about a step")
			r.help(d, "the step stands in while …")
		}
	}
	if while.peer != nil {
		d := r.errorf("property", *while.peer, "a step is one host's, and the property looks at the peer")
		r.help(d, "the peer stands in between …")
	}
	if while.segment != nil {
		r.errorf("property", *while.segment, "not every step brings a segment")
	}
}

// first is any place, the earliest kind first.
func (n needs) first() *Pos {
	for _, p := range []*Pos{n.was, n.peer, n.step, n.segment} {
		if p != nil {
			return p
		}
	}
	return nil
}

func bringSegment(list []*Event) bool {
	for _, e := range list {
		if !e.Segment {
			return false
		}
	}
	return len(list) > 0
}
