// Package places follows what documentation says of the code: that a symbol
// stands in a file, that a test exists.
package places

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Find looks below root for file:Symbol or file:Type.Method; a text file is named alone.
func Find(root, place string) error {
	file, symbol, ok := strings.Cut(place, ":")
	if !ok {
		_, err := os.Stat(filepath.Join(root, file))
		if err == nil && strings.HasSuffix(file, ".go") {
			err = fmt.Errorf("name the symbol, too: file:Symbol")
		}
		return err
	}
	tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range tree.Decls {
		if declares(d, symbol) {
			return nil
		}
	}
	return fmt.Errorf("%s declares no %s", file, symbol)
}

func declares(d ast.Decl, symbol string) bool {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return funcName(d) == symbol
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.Name == symbol {
					return true
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.Name == symbol {
						return true
					}
				}
			}
		}
	}
	return false
}

func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if receiver, ok := t.(*ast.Ident); ok {
		return receiver.Name + "." + d.Name.Name
	}
	return d.Name.Name
}

// FindTest looks below root for folder.TestName, and for the sub-test behind a slash as a
// string in the same file.
func FindTest(root, test string) error {
	folder, name, ok := strings.Cut(test, ".Test")
	if !ok {
		folder, name, ok = strings.Cut(test, ".Fuzz")
		name = "Fuzz" + name
	} else {
		name = "Test" + name
	}
	if !ok {
		return fmt.Errorf("write folder.TestName or folder.TestName/sub-test")
	}
	name, sub, _ := strings.Cut(name, "/")
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range tree.Decls {
			if declares(d, name) {
				if sub != "" && !hasString(tree, sub) {
					return fmt.Errorf("%s has %s, but no sub-test %q", file, name, sub)
				}
				return nil
			}
		}
	}
	return fmt.Errorf("no such test function in %s", folder)
}

// hasString tells whether a string of the file becomes this sub-test's name.
func hasString(tree *ast.File, sub string) bool {
	found := false
	ast.Inspect(tree, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			found = found || err == nil && strings.ReplaceAll(s, " ", "_") == sub
		}
		return !found
	})
	return found
}
