package main

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/internal/amount"
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
	return fmt.Sprintf("%s, %s, %s, %s", amount.Of(len(text.States), "state"), amount.Of(len(text.Events), "event"), amount.Of(len(text.Rules), "rule"), amount.Of(len(text.Invariants), "invariant"))
}

func warnings(n int) string {
	if n == 0 {
		return "nothing wrong"
	}
	return amount.Of(n, "warning")
}
