package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/lockstep-tcp/lockstep/internal/amount"
	table "github.com/lockstep-tcp/lockstep/internal/requirements"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/spec"
)

type requirements struct {
	Status string `enum:"done,refused,open,all" default:"all" help:"Only rows that are done, refused or open."`
	JSON   bool   `name:"json" help:"Print the table as JSON."`
}

// Run prints the table of RFC 9293's requirements.
func (v *requirements) Run(s streams) error {
	text, found := parser.Load(spec.TCP())
	if err := found.Err(); err != nil {
		return err
	}
	all, err := table.Table(text)
	if err != nil {
		return err
	}
	var rows []*table.Requirement
	for _, r := range all {
		if v.Status == "all" || string(r.Status) == v.Status {
			rows = append(rows, r)
		}
	}
	if v.JSON {
		return printJSON(s.out, rows)
	}
	printRequirements(s.out, rows)
	return nil
}

func printRequirements(w io.Writer, rows []*table.Requirement) {
	count := map[table.Status]int{}
	for _, r := range rows {
		count[r.Status]++
		fmt.Fprintf(w, "%-8s %-7s %s  (RFC 9293 %s)\n", r.ID, r.Status, r.Meaning, r.Section)
		printList(w, "text", r.Text, ", ")
		printList(w, "code", r.Code, " ")
		printList(w, "tests", r.Tests, " ")
		if r.Note != "" {
			printList(w, "note", []string{r.Note}, "")
		}
	}
	fmt.Fprintf(w, "%s: %d done, %d refused, %d open\n", amount.Of(len(rows), "requirement"), count[table.Done], count[table.Refused], count[table.Open])
}

func printList(w io.Writer, what string, items []string, between string) {
	if len(items) > 0 {
		fmt.Fprintf(w, "%17s%-6s %s\n", "", what, strings.Join(items, between))
	}
}
