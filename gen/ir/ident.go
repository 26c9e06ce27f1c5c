package ir

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Ident is a name of the text as an identifier of languages that keep to letters,
// digits and underscores: SND.UNA is SND_UNA.
func Ident(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == ' ' {
			return '_'
		}
		return r
	}, name)
}

// Headline is a declaration for a comment: its name, what the RFC says
// of it, in quotation marks, or the text, without, and where it comes from.
func Headline(name string, d parser.Decl) string {
	parts := []string{name}
	switch {
	case d.Quote != "":
		parts = append(parts, d.Said())
	case d.Doc != "":
		parts = []string{name + ":", d.Doc}
	}
	for _, c := range d.Cites {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("RFC %d %s", c.RFC, c.Section)))
	}
	return strings.Join(append(parts, d.Labels...), " ")
}
