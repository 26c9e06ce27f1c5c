package parser

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

var (
	labelShape = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)
	citeShape  = regexp.MustCompile(`^@rfc\( *([0-9]{1,5}) *(?:, *([A-Z0-9]+(?:\.[A-Z0-9]+)*) *)?\)$`)
)

func (f *file) place(p lexer.Position) Pos { return f.src.pos(p.Offset) }

// decl makes the common part of every declaration.
func (f *file) decl(name nameNode, notes []*noteNode) Decl {
	d := Decl{Name: name.Text, Pos: f.place(name.Pos)}
	for _, n := range notes {
		f.annotate(&d, n)
	}
	return d
}

// quoting makes the common part of a rule or a step, whose string is the RFC's.
func (f *file) quoting(name nameNode, notes []*noteNode) Decl {
	d := Decl{Name: name.Text, Pos: f.place(name.Pos)}
	for _, n := range notes {
		switch {
		case n.Text != "":
			f.words(&d, &d.Quote, n, n.Text, "quotation")
		case n.Own != "":
			f.words(&d, &d.Doc, n, n.Own, "note")
		default:
			f.annotate(&d, n)
		}
	}
	return d
}

// words takes in a string of a kind.
func (f *file) words(d *Decl, to *string, n *noteNode, text, kind string) {
	if *to != "" {
		diag := f.errorf("annotation", f.place(n.Pos), "%s has two %ss", d.Name, kind)
		f.help(diag, "join them; in a quotation, ... stands for what is left out between")
		return
	}
	*to = unquote(text)
}

func (f *file) annotate(d *Decl, n *noteNode) {
	switch {
	case n.Text != "":
		f.words(d, &d.Doc, n, n.Text, "text")
	case n.Own != "":
		diag := f.errorf("annotation", f.place(n.Pos), "%s has a note", d.Name)
		f.help(diag, "only rules and steps quote; here a string is in your own words, and needs no note before it")
	case n.Cite != "":
		if c, ok := f.cite(n); ok {
			d.Cites = append(d.Cites, c)
		}
	case !labelShape.MatchString(n.Label):
		diag := f.errorf("annotation", f.place(n.Pos), "%s is no label", n.Label)
		f.help(diag, "a label is of capitals, digits and hyphens, like MUST-11; between two names of a condition stands an operator")
	default:
		d.Labels = append(d.Labels, n.Label)
		f.labels = append(f.labels, carried{n.Label, f.place(n.Pos)})
	}
}

func (f *file) cite(n *noteNode) (Cite, bool) {
	m := citeShape.FindStringSubmatch(n.Cite)
	if m == nil {
		d := f.errorf("annotation", f.place(n.Pos), "this is no citation")
		f.help(d, "it is written @rfc(9293, 3.10.7.4), or @rfc(9293) for the whole document")
		return Cite{}, false
	}
	number, _ := strconv.Atoi(m[1])
	return Cite{RFC: number, Section: m[2]}, true
}

// unquote takes the quotes off a string, and the \ before a quote or a \ in it.
func unquote(s string) string {
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
}
