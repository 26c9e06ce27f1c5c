package main

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/gen"
	"github.com/lockstep-tcp/lockstep/parser"
)

type graph struct {
	folder
	Format string `enum:"svg,dot,mermaid" default:"dot" placeholder:"svg|dot|mermaid" help:"An image, or the source of one (default ${default})."`
}

// Run prints the states and what leads from one to the other, derived from the rules.
func (v *graph) Run(s streams) error {
	files, _, err := v.files()
	if err != nil {
		return err
	}
	if _, found := parser.LoadFiles(files); found.HasErrors() {
		fmt.Fprint(s.out, found)
		return errFindings
	}
	drawn, err := gen.Generate(folderOf(files))
	if err != nil {
		return failed{err}
	}
	ending := map[string]string{"svg": "svg", "dot": "dot", "mermaid": "mmd"}[v.Format]
	_, err = s.out.Write(drawn["diagrams/states."+ending])
	return err
}
