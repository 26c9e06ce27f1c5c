package parser

// limits of one event, which the generated code relies on: its effects are one
// value of fixed size.
const (
	maxSends = 4 // segments sent
	maxAsks  = 1 // times an effect with parameters is asked for
)

// check looks at a tree without errors as a whole.
func (r *resolver) check() {
	if r.spec.Name == "" && len(r.files) > 0 {
		d := r.errorf("no-spec", Pos{File: r.files[0].src.name, Line: 1, Col: 1}, "no file says what is specified")
		r.help(d, "%s", shapeOf("spec"))
	}
	r.checkCycles()
	if r.failed() {
		return
	}
	r.checkTerms()
	if r.failed() {
		return
	}
	r.checkProperties()
	r.checkWorlds()
	r.checkAnswers()
	r.checkPlaces()
	r.checkUnused()
	r.checkOverlaps()
	f := newFlow(r)
	f.runAll()
	f.checkBounds()
	f.checkReach()
	f.checkReplies()
}

// subs are the direct operands of an expression.
func subs(e Expr) []Expr {
	switch e := e.(type) {
	case *Not:
		return []Expr{e.X}
	case *Binary:
		return []Expr{e.X, e.Y}
	case *Cond:
		return []Expr{e.If, e.Then, e.Else}
	case *Of:
		return []Expr{e.X}
	case *Sends:
		if e.Send != nil {
			return exprs(e.Send)
		}
		return []Expr{e.Such}
	case *Asks:
		return e.Args
	}
	return nil
}

// each visits an expression and everything in it; named guards and values are not opened.
func each(e Expr, visit func(Expr)) {
	if e == nil {
		return
	}
	visit(e)
	for _, x := range subs(e) {
		each(x, visit)
	}
}

// exprs are the expressions directly in a statement, not those in its blocks.
func exprs(s Stmt) []Expr {
	switch s := s.(type) {
	case *Step:
		return []Expr{s.When}
	case *Rule:
		return []Expr{s.Cond}
	case *If:
		return []Expr{s.Cond}
	case *Let:
		return []Expr{s.Expr}
	case *Assign:
		return []Expr{s.Expr}
	case *Do:
		return s.Args
	case *Call:
		return s.Args
	case *Send:
		list := []Expr{s.SEQ, s.ACK, s.DATA, s.UP, s.UPIf}
		for _, c := range s.Cond {
			list = append(list, c.Cond)
		}
		return list
	}
	return nil
}

// definition is what a name in an expression stands for.
func (w *Word) definition() (*Decl, Expr) {
	switch {
	case w.Guard != nil:
		return &w.Guard.Decl, w.Guard.Expr
	case w.Term != nil:
		return &w.Term.Decl, w.Term.Expr
	}
	return &w.Value.Decl, w.Value.Expr
}
