package golang

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/parser"
)

const commentWidth = 96

// comment writes text as lines of comment.
func comment(text string) []jen.Code {
	var code []jen.Code
	for _, line := range wrap(text, commentWidth) {
		code = append(code, jen.Comment(line))
	}
	return code
}

func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// ruleComment is the rule as the text names it: name, sentence, sources, labels.
func ruleComment(r *parser.Rule) []jen.Code { return comment(headline(r.Name, r.Decl)) }

// headline is a declaration's name, what it says, where it comes from.
func headline(name string, d parser.Decl) string {
	parts := []string{named(name, &d)}
	if s := sources(d); s != "" {
		parts = append(parts, "("+s+")")
	}
	return strings.Join(parts, " ")
}

// named is a name with what is said of it: the RFC's words in quotation marks, the
// text's own behind a colon.
func named(name string, d *parser.Decl) string {
	switch {
	case d.Quote != "":
		return name + " " + d.Said()
	case d.Doc != "":
		return name + ": " + d.Doc
	}
	return name
}

// sources lists citations and labels: RFC 5961 3.2; MUST-11 SA-RST-3.
func sources(d parser.Decl) string {
	var parts []string
	for _, c := range d.Cites {
		parts = append(parts, citation(c))
	}
	if len(d.Labels) > 0 {
		parts = append(parts, strings.Join(d.Labels, " "))
	}
	return strings.Join(parts, "; ")
}

func citation(c parser.Cite) string {
	return strings.TrimSpace(fmt.Sprintf("RFC %d %s", c.RFC, c.Section))
}
