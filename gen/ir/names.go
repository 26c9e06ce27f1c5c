package ir

import (
	"strings"
	"unicode"
)

// The names of the text in Go. A dotted name becomes nested fields, dot for dot;
// a hyphenated one becomes one CamelCase word. What the RFC writes in capitals
// stays in capitals, except for states, whose words are words: FinWait1.

// initialisms keep their capitals in the names of timers and events.
var initialisms = map[string]bool{"ACK": true, "ICMP": true, "SWS": true, "TS": true}

// Exported is the Go name of a variable, a set, a signal, a reply or an effect.
func Exported(name string) string {
	var b strings.Builder
	for _, word := range split(name) {
		b.WriteString(upperFirst(word))
	}
	return b.String()
}

// Unexported is the Go name of a guard, a value, an action or a parameter:
// acceptable-ACK is acceptableACK, SYN-ACK-acceptable is synACKAcceptable.
// A single letter is a variable of the RFC (U, D) and stays as it is.
func Unexported(name string) string {
	words := split(name)
	if len(words) == 1 && len(words[0]) == 1 {
		return words[0]
	}
	first := words[0]
	if capitals(first) {
		first = strings.ToLower(first)
	} else {
		first = strings.ToLower(first[:1]) + first[1:]
	}
	return first + Exported(strings.Join(words[1:], "-"))
}

// Path is the Go selector of a variable below its struct: SND.UNA, Last.ACK.Sent.
func Path(name string) []string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		parts[i] = Exported(part)
	}
	return parts
}

// StateName is FinWait1 for FIN-WAIT-1.
func StateName(name string) string {
	var b strings.Builder
	for _, word := range split(name) {
		b.WriteString(title(word))
	}
	return b.String()
}

// WordName is the Go name of a timer or an event: DelayedACK, SegmentArrives.
func WordName(name string) string {
	var b strings.Builder
	for _, word := range split(name) {
		if initialisms[word] {
			b.WriteString(word)
			continue
		}
		b.WriteString(title(word))
	}
	return b.String()
}

// RuleName is the constant of a rule without its prefix: SeqCrossedSYNACK for
// seq.crossed-SYN-ACK. A state or an event keeps the name it has elsewhere.
func (p *Program) RuleName(name string) string {
	var b strings.Builder
	for _, part := range strings.Split(name, ".") {
		if p.state(part) != nil {
			b.WriteString(StateName(part))
			continue
		}
		for _, word := range split(part) {
			if len(word) > 3 && capitals(word) || p.state(word) != nil {
				word = title(word)
			}
			b.WriteString(upperFirst(word))
		}
	}
	return b.String()
}

func split(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func capitals(word string) bool { return strings.ToUpper(word) == word }

func title(word string) string { return upperFirst(strings.ToLower(word)) }

func upperFirst(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
