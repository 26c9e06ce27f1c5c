package requirements

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// SHLD-13, SHLD-23: what applications should not do, the documentation tells them.
func TestAdviceIsGiven(t *testing.T) {
	for _, c := range []struct{ file, method, advice string }{
		{"urgent.go", "WriteUrgent", "New programs should not use it"},
		{"options.go", "SetDSCP", "should not change while a connection lives"},
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "../../runtime/socket/"+c.file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, d := range tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == c.method {
				said = strings.Join(strings.Fields(f.Doc.Text()), " ")
			}
		}
		if !strings.Contains(said, c.advice) {
			t.Errorf("the documentation of %s does not say %q, but: %s", c.method, c.advice, said)
		}
	}
}
