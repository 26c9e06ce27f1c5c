package sim_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// unseen are the places that ask in vain here, by what they say, and who sees them.
var unseen = map[string]string{
	"goroutines are left when everything is closed: %v": stuck, "the run does not go on: %v": stuck, "panic in %s: %v": stuck,
	"still busy after %d steps, at %v":                                   "R7 itself asks long before",
	"%v's %s has not returned: %s":                                       "bug 89 of the museum",
	"%v's timers are due at %v again and again, and nothing comes of it": "bug 63 of the museum",
	"%v read %d octets, error %v":                                        sockets,
}

// unseenIn are files whose other places are asked elsewhere in the same words.
var unseenIn = map[string]string{"bubble.go": sockets, "caller.go": sockets}

const (
	stuck   = "TestStuck"
	sockets = "stacks with sockets are asked the same as engines"
)

// everyPlace holds what has been seen to fail, by file and line, to all the places in
// which a judge may say so: one that has never spoken may be dumb.
func everyPlace(t *testing.T, seen map[string]bool) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, f.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			says, ok := complaint(n)
			if !ok {
				return true
			}
			place := fmt.Sprintf("proptest/sim/%s:%d", f.Name(), set.Position(n.Pos()).Line)
			asked[says] = true
			if !seen[place] && unseen[says] == "" && unseenIn[f.Name()] == "" {
				t.Errorf("%s: nobody has seen this judge find anything: %q", place, says)
			}
			if seen[place] && unseen[says] != "" && unseenIn[f.Name()] == "" {
				t.Errorf("%s is seen here: %q; take it off the list", place, says)
			}
			return true
		})
	}
	for says := range unseen {
		if !asked[says] {
			t.Errorf("nobody says %q any more", says)
		}
	}
}

// complaint is what a call of world.fail says.
func complaint(n ast.Node) (says string, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return "", false
	}
	if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "fail" {
		return "", false
	}
	text, ok := call.Args[1].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	says, err := strconv.Unquote(text.Value)
	return says, err == nil
}
