package parser

import (
	_ "embed"
	"strings"
)

//go:embed explain.txt
var explanations string

// Codes lists the code of every kind of finding, syntax first.
func Codes() []string {
	var codes []string
	for _, section := range sections() {
		code, _, _ := strings.Cut(section, "\n")
		codes = append(codes, code)
	}
	return codes
}

// Explain says what a code means, with an example that is wrong and one that is
// right. It is "" for what is no code.
func Explain(code string) string {
	for _, section := range sections() {
		name, text, _ := strings.Cut(section, "\n")
		if name == code {
			return code + "\n\n" + strings.TrimSpace(text) + "\n"
		}
	}
	return ""
}

func sections() []string {
	return strings.Split(strings.TrimPrefix("\n"+explanations, "\n== "), "\n== ")
}
