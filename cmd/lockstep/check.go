package main

import (
	"fmt"

	table "github.com/lockstep-tcp/lockstep/internal/requirements"
	"github.com/lockstep-tcp/lockstep/parser"
)

type check struct {
	folder
	JSON bool `name:"json" help:"Print the findings as JSON."`
}

// Run prints what is wrong with a text, and what it consists of when nothing is.
func (v *check) Run(s streams) error {
	files, _, err := v.files()
	if err != nil {
		return err
	}
	text, found := parser.LoadFiles(files, table.RFC9293())
	if v.JSON {
		if found == nil {
			found = parser.Diagnostics{}
		}
		if err := printJSON(s.out, found); err != nil {
			return err
		}
	} else {
		for _, d := range found {
			fmt.Fprintln(s.out, d)
		}
	}
	if found.HasErrors() {
		return errFindings
	}
	if !v.JSON {
		fmt.Fprintf(s.out, "%s: %s; %s\n", text.Name, contents(text), warnings(len(found)))
	}
	return nil
}

// contents says in a line what a text consists of.
func contents(text *parser.Spec) string {
	return fmt.Sprintf("%d states, %d events, %d rules, %d invariants", len(text.States), len(text.Events), len(text.Rules), len(text.Invariants))
}

func warnings(n int) string {
	switch n {
	case 0:
		return "nothing wrong"
	case 1:
		return "1 warning"
	}
	return fmt.Sprintf("%d warnings", n)
}
