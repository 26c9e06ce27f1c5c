package parser

import "strings"

// checkOverlaps sees that the arms of every unordered block exclude each other,
// and that no arm of an ordered block is covered by those above it.
func (r *resolver) checkOverlaps() {
	d := &disjunction{words: map[wanted][][]atom{}}
	visit := func(s Stmt) {
		o, ok := s.(*Ordered)
		switch {
		case ok && o.Unordered:
			r.exclude(o, d)
		case ok:
			r.covered(o.Arms, d)
		}
	}
	for _, a := range r.spec.Actions {
		walk(a.Body, visit)
	}
	for _, h := range r.spec.Handlers {
		walk(h.Body, visit)
	}
}

// armCond is when an arm applies; nil is always.
func armCond(arm Stmt) Expr {
	switch arm := arm.(type) {
	case *Rule:
		return arm.Cond
	case *In:
		return &StateIn{States: arm.States, Pos: arm.Pos}
	case *If:
		if len(arm.Else) == 0 {
			return arm.Cond
		}
	}
	return nil
}

func armName(arm Stmt) string {
	if rule, ok := arm.(*Rule); ok {
		return rule.Name
	}
	return "the arm at " + arm.At().String()
}

// exclude compares every two arms.
func (r *resolver) exclude(o *Ordered, d *disjunction) {
	if len(o.Arms) > maxArms {
		diag := r.errorf("limit", o.Pos, "an unordered block has at most %d arms", maxArms)
		r.help(diag, "group the arms by state or by a condition")
		return
	}
	var before [][][]atom // the cases of the arms above
	for j, b := range o.Arms {
		mine := d.cases(armCond(b), true)
		for i, theirs := range before {
			if r.meet(o.Arms[i], theirs, b, mine) {
				break // one is enough for this arm
			}
		}
		before = append(before[:j:j], mine)
	}
}

// maxArms is how many arms of an unordered block are compared with each other.
const maxArms = 64

// meet reports two arms that can both apply.
func (r *resolver) meet(a Stmt, theirs [][]atom, b Stmt, mine [][]atom) bool {
	both, ok := product(theirs, mine)
	example, possible := r.firstPossible(both)
	if ok && !possible {
		return false
	}
	d := r.errorf("overlap", b.At(), "%s and %s can both apply", armName(a), armName(b))
	if !ok {
		d.Message = armName(a) + " and " + armName(b) + " cannot be shown to exclude each other"
	}
	r.also(d, a.At(), "the other is here")
	r.help(d, "%smake the conditions exclude each other, or write ordered, where the first that applies is the only one", example)
	return true
}

// firstPossible finds a case that contradicts itself nowhere, and tells it.
func (r *resolver) firstPossible(all [][]atom) (example string, possible bool) {
	for _, one := range all {
		if f := newFacts(r.everyState()); f.addAll(one) {
			if f.opposite() {
				return "numbers exactly 2^31 apart are each less than the other, so write not for the opposite; ", true
			}
			if len(one) == 0 {
				return "both always do; ", true
			}
			return "both do when " + r.atomsText(one) + "; ", true
		}
	}
	return "", false
}

func (r *resolver) atomsText(all []atom) string {
	var texts []string
	seen := map[string]bool{}
	for _, a := range all {
		text := exprText(a.expr, r.stateList)
		if !a.want {
			text = "not " + text
		}
		if !seen[text] {
			texts = append(texts, text)
		}
		seen[text] = true
	}
	return strings.Join(texts, " and ")
}

// covered reports an arm whose condition cannot hold when those above do not.
func (r *resolver) covered(arms []Stmt, of *disjunction) {
	rest, ok := [][]atom{{}}, true // the cases that no arm so far takes
	for i, arm := range arms {
		mine, fits := product(rest, of.cases(armCond(arm), true))
		if _, possible := r.firstPossible(mine); ok && fits && len(rest) > 0 && !possible {
			d := r.errorf("unreachable", arm.At(), "nothing comes here: an arm above applies whenever this one does")
			r.also(d, arms[0].At(), "the arms begin here")
			r.help(d, "take it away, or move it up")
			return
		}
		if rest, ok = product(rest, of.cases(armCond(arm), false)); !ok || i > 16 {
			return
		}
		rest = r.onlyPossible(rest)
	}
}

func (r *resolver) onlyPossible(all [][]atom) [][]atom {
	kept := [][]atom{}
	for _, one := range all {
		if f := newFacts(r.everyState()); f.addAll(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// exprText writes an expression as the text does, sets of states by a function.
func exprText(e Expr, states func(StateSet) string) string {
	text := func(e Expr) string { return exprText(e, states) }
	switch e := e.(type) {
	case *StateIn:
		return "state in " + states(e.States)
	case *Not:
		return "not " + text(e.X)
	case *Cond:
		return "(" + text(e.Then) + " if " + text(e.If) + " else " + text(e.Else) + ")"
	case *Binary:
		if e.Op == Min || e.Op == Max {
			return e.Op.String() + "(" + text(e.X) + ", " + text(e.Y) + ")"
		}
		return operandText(e.X, e.Op, text) + " " + e.Op.String() + " " + operandText(e.Y, e.Op, text)
	}
	return leafText(e)
}

// operandText puts an operand into parentheses if it is itself an operation.
func operandText(e Expr, op Op, text func(Expr) string) string {
	inner, isBinary := e.(*Binary)
	if isBinary && inner.Op != Min && inner.Op != Max && (inner.Op != op || op == Sub || op == Div) {
		return "(" + text(e) + ")"
	}
	return text(e)
}
