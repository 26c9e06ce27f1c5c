package proof

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/parser"
)

// This file writes properties that refine a queue. What such a queue may do is written
// once, by hand; the text says where it is seen.

// refinement writes the functions of such a property: of states, of steps, and what both see.
func (w *writer) refinement(name, doc string, q *parser.Queue) string {
	in := w.in(hosts)
	code := doc + fmt.Sprintf("func %s(h, p *Host) Verdict {\nif %s {\nreturn %sAt(h).takesFrom(%sAt(p))\n}\nreturn Silent\n}\n\n",
		name, in.lines(q.Between), name, name)
	code += fmt.Sprintf("func %sStep(s *Step) Verdict {\nbefore, after := %sAt(s.Before), %sAt(s.After)\nif %s {\nreturn before.becomes(after)\n}\nreturn after.begins()\n}\n\n",
		name, name, name, w.in(steps).lines(q.While))
	at := w.in(host)
	return code + fmt.Sprintf("func %sAt(h *Host) Ends {\nreturn Ends{put: %s, closed: %s, taken: %s, ended: %s, other: %s}\n}\n", name,
		at.as(q.Put, parser.Octets), at.expr(q.Closed, 0), at.as(q.Taken, parser.Octets), at.expr(q.Ended, 0), at.expr(q.Unless, 0))
}

// queuesFile is where they stand.
const queuesFile = "queues.go"

// queues is what a queue without bounds may do.
const queues = `
// Ends is what one host shows of two queues without bounds: the end of one into which it
// puts octets, and the end of the other, out of which it takes those of its peer.
type Ends struct {
	put    uint32
	closed bool // no more is put in
	taken  uint32
	ended  bool // there will be no more
	other  bool // what was taken is not what was put in at its place
}

// takesFrom is the verdict on a host that takes what its peer puts in: nothing but that,
// in its order; and the end, when all is taken of what is closed.
func (e Ends) takesFrom(p Ends) Verdict {
	switch {
	case e.taken == 0 && !e.ended && !e.other:
		return Silent
	case e.other, e.taken > p.put, e.ended && !(p.closed && e.taken == p.put):
		return Broken
	}
	return Holds
}

// becomes is the verdict on a step that leaves the queues the same: it puts something in
// and closes, takes something out and sees the end, or does nothing.
func (e Ends) becomes(now Ends) Verdict {
	puts, takes := now.put != e.put || now.closed != e.closed, now.taken != e.taken || now.ended != e.ended || now.other != e.other
	switch {
	case !puts && !takes:
		return Silent
	case puts && (e.closed || now.put < e.put):
		return Broken
	case takes && (e.ended || now.taken < e.taken || now.other):
		return Broken
	}
	return Holds
}

// begins is the verdict on a step that breaks the queues off, or begins others.
func (e Ends) begins() Verdict {
	switch {
	case e.other:
		return Broken
	case e.put == 0 && !e.closed && e.taken == 0 && !e.ended:
		return Silent
	}
	return Holds
}
`
