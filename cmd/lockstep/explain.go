package main

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	table "github.com/lockstep-tcp/lockstep/internal/requirements"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/spec"
)

type explain struct {
	Code string `arg:"" help:"A message's code (unknown-name), a name of the text (rst.not-exact, FIN-WAIT-1, SND.UNA), a requirement (MUST-11) or another label (SA-RST-3)."`
	JSON bool   `name:"json" help:"Print the explanation as JSON."`
}

// An explanation is one thing that the code names.
type explanation struct {
	Kind   string   `json:"kind"` // message, rule, state …
	Name   string   `json:"name"`
	Quote  string   `json:"quote,omitempty"` // the RFC's words
	Doc    string   `json:"doc,omitempty"`   // the text's own
	Cites  []string `json:"cites,omitempty"`
	Labels []string `json:"labels,omitempty"`
	Place  string   `json:"place,omitempty"` // file:line
	Text   string   `json:"text,omitempty"`  // as it stands there
}

// Run explains everything that the code may mean.
func (v *explain) Run(s streams) error {
	files, err := readSpecs(spec.TCP(), home)
	if err != nil {
		return err
	}
	text, found := parser.LoadFiles(files)
	if err := found.Err(); err != nil {
		return err
	}
	all, err := table.Table(text)
	if err != nil {
		return err
	}
	named := text.Named()
	meant := meanings(v.Code, named, all, files)
	if len(meant) == 0 {
		return failed{fmt.Errorf("nothing is called %s%s", v.Code, didYouMean(v.Code, candidates(named, all)))}
	}
	if v.JSON {
		return printJSON(s.out, meant)
	}
	for i, m := range meant {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		m.print(s.out)
	}
	return nil
}

func meanings(code string, named []parser.Named, all []*table.Requirement, files map[string][]byte) []explanation {
	var meant []explanation
	if message := parser.Explain(code); message != "" {
		meant = append(meant, explanation{Kind: "message", Name: code, Text: message})
	}
	for _, r := range all {
		if r.ID == code {
			meant = append(meant, ofRequirement(r))
		}
	}
	for _, d := range named {
		if d.Name == code || slices.Contains(d.Labels, code) {
			meant = append(meant, ofDeclaration(&d, files))
		}
	}
	return meant
}

func ofRequirement(r *table.Requirement) explanation {
	m := explanation{Kind: "requirement", Name: r.ID, Doc: r.Level + ": " + r.Meaning, Cites: []string{"RFC 9293 " + r.Section}}
	lines := []string{"status: " + string(r.Status)}
	if r.Note != "" {
		lines = append(lines, "note: "+r.Note)
	}
	for _, c := range r.Code {
		lines = append(lines, "code: "+c)
	}
	for _, t := range r.Tests {
		lines = append(lines, "test: "+t)
	}
	m.Text = strings.Join(lines, "\n")
	return m
}

func (m *explanation) print(w io.Writer) {
	fmt.Fprintf(w, "%s %s", m.Kind, m.Name)
	if said := (&parser.Decl{Quote: m.Quote, Doc: m.Doc}).Said(); said != "" {
		fmt.Fprintf(w, ": %s", said)
	}
	fmt.Fprintln(w)
	if about := slices.Concat(m.Cites, m.Labels); len(about) > 0 {
		fmt.Fprintf(w, "  %s\n", strings.Join(about, ", "))
	}
	if m.Place != "" {
		fmt.Fprintf(w, "  %s\n", m.Place)
	}
	if m.Text != "" {
		fmt.Fprintf(w, "\n    %s\n", strings.ReplaceAll(m.Text, "\n", "\n    "))
	}
}

// ofDeclaration explains a name with the text that declares it.
func ofDeclaration(d *parser.Named, files map[string][]byte) explanation {
	m := explanation{Kind: d.Kind, Name: d.Name, Quote: d.Quote, Doc: d.Doc, Labels: d.Labels}
	for _, c := range d.Cites {
		m.Cites = append(m.Cites, strings.TrimSpace(fmt.Sprintf("RFC %d %s", c.RFC, c.Section)))
	}
	if d.Pos.Line > 0 {
		m.Place = fmt.Sprintf("%s:%d", d.Pos.File, d.Pos.Line)
		m.Text = passage(files[path.Join(home, path.Base(d.Pos.File))], d.Pos.Line)
	}
	return m
}

// passage is what stands at a line and belongs to it: to the end of its braces
// if it opens some, and the lines indented below it.
func passage(text []byte, line int) string {
	lines := strings.Split(string(text), "\n")[line-1:]
	indent := indentOf(lines[0])
	end, depth := 1, braces(lines[0])
	for end < len(lines) && (depth > 0 || strings.TrimSpace(lines[end]) != "" && indentOf(lines[end]) > indent) {
		depth += braces(lines[end])
		end++
	}
	for i := range lines[:end] {
		lines[i] = strings.TrimPrefix(lines[i], strings.Repeat(" ", indent))
	}
	return strings.Join(lines[:end], "\n")
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func braces(line string) int { return strings.Count(line, "{") - strings.Count(line, "}") }

func candidates(named []parser.Named, all []*table.Requirement) []string {
	var names []string
	for _, d := range named {
		names = append(names, d.Name)
		names = append(names, d.Labels...)
	}
	for _, r := range all {
		names = append(names, r.ID)
	}
	return names
}
