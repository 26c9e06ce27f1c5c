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

// Headline is a declaration for a comment: its name, what it says, where it comes from.
func Headline(name string, d parser.Decl) string {
	parts := []string{name}
	if d.Doc != "" {
		parts = append(parts, `"`+d.Doc+`"`)
	}
	for _, c := range d.Cites {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("RFC %d %s", c.RFC, c.Section)))
	}
	return strings.Join(append(parts, d.Labels...), " ")
}
