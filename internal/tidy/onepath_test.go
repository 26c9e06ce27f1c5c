package tidy

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// There is no fast path that could differ from the slow one: every segment goes the
// way of RFC 9293 3.10.7, through the machine, whatever it is. Prediction of headers
// is where other stacks had their worst disagreements with themselves.
func TestOnePath(t *testing.T) {
	const machine, parse = "SegmentArrives", "ParseTCP"
	want := map[string][]string{
		machine: {"Conn.arrives", "Engine.strayArrives", "Listener.segment"}, // a connection, CLOSED, LISTEN
		parse:   {"Engine.tcpArrives"},
	}
	got := map[string][]string{}
	for _, f := range runtimeFunctions(t) {
		ast.Inspect(f.decl, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if s, ok := call.Fun.(*ast.SelectorExpr); ok && want[s.Sel.Name] != nil {
					got[s.Sel.Name] = append(got[s.Sel.Name], f.name)
				}
			}
			return true
		})
	}
	for name, where := range want {
		slices.Sort(got[name])
		if !slices.Equal(got[name], where) {
			t.Errorf("%s is called in %q, and %q is the one path that segments take: another must be compared with it (docs/properties.md, D1)", name, got[name], where)
		}
	}
}

// The runtime chooses settings and the ISS, and makes and forgets TCBs as a whole:
// all else in them is the machine's, or there would be a second path.
func TestOneOwner(t *testing.T) {
	may := []string{"Settings", "ISS"}
	for _, f := range runtimeFunctions(t) {
		ast.Inspect(f.decl, func(n ast.Node) bool {
			var targets []ast.Expr
			switch n := n.(type) {
			case *ast.AssignStmt:
				targets = n.Lhs
			case *ast.IncDecStmt:
				targets = []ast.Expr{n.X}
			}
			for _, x := range targets {
				names := chain(x)
				i := slices.IndexFunc(names, func(name string) bool { return name == "tcb" || name == "child" })
				if i >= 0 && i+1 < len(names) && !slices.Contains(may, names[i+1]) {
					t.Errorf("%s:%d: %s writes %s: only the machine does", f.file.name, f.file.line(x.Pos()), f.name, strings.Join(names, "."))
				}
			}
			return true
		})
	}
}

// chain is what a.b.c is made of.
func chain(x ast.Expr) []string {
	switch x := x.(type) {
	case *ast.Ident:
		return []string{x.Name}
	case *ast.SelectorExpr:
		return append(chain(x.X), x.Sel.Name)
	}
	return nil
}

type function struct {
	file *source
	name string // with the receiver's type
	decl *ast.FuncDecl
}

func runtimeFunctions(t *testing.T) (all []function) {
	for _, s := range goFiles(t) {
		if s.isTest() || !within("runtime", s.folder()) {
			continue
		}
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				name := f.Name.Name
				if f.Recv != nil {
					of := f.Recv.List[0].Type
					if star, ok := of.(*ast.StarExpr); ok {
						of = star.X
					}
					if names := chain(of); len(names) > 0 {
						name = names[0] + "." + name
					}
				}
				all = append(all, function{s, name, f})
			}
		}
	}
	return all
}
