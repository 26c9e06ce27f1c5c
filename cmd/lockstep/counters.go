package main

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// printCounters prints what is not zero, one counter a line: what happened, and
// why packets were not processed.
func printCounters(w io.Writer, c engine.Counters) {
	all := reflect.ValueOf(c)
	for i := range all.NumField() {
		if n := all.Field(i); n.Kind() == reflect.Uint64 && n.Uint() > 0 {
			printCounter(w, inWords(all.Type().Field(i).Name), n.Uint())
		}
	}
	for why, n := range c.Drops {
		if n > 0 {
			printCounter(w, "dropped: "+engine.Drop(why).String(), n)
		}
	}
}

// tally counts how often each rule fired. It is a stack's Tracer.
type tally struct{ fired [tcp.NumRules]uint64 }

// Trace implements trace.Tracer.
func (t *tally) Trace(e *trace.Event) {
	if e.Kind == trace.Sent {
		return // what made it leave was told before
	}
	for id := range e.Rules.Each() {
		t.fired[id]++
	}
}

// print prints how often each rule fired that did, the busiest first.
func (t *tally) print(w io.Writer, most int) {
	var order []tcp.RuleID
	for id, n := range t.fired {
		if n > 0 {
			order = append(order, tcp.RuleID(id))
		}
	}
	slices.SortStableFunc(order, func(a, b tcp.RuleID) int { return cmp.Compare(t.fired[b], t.fired[a]) })
	for i, id := range order {
		if i == most {
			fmt.Fprintf(w, "  and %d more rules\n", len(order)-most)
			return
		}
		printCounter(w, "rule "+id.String(), t.fired[id])
	}
}

// tracers pass every event to several.
type tracers []trace.Tracer

// Trace implements trace.Tracer.
func (all tracers) Trace(e *trace.Event) {
	for _, t := range all {
		t.Trace(e)
	}
}

func printCounter(w io.Writer, name string, n uint64) { fmt.Fprintf(w, "  %-40s %9d\n", name, n) }

// inWords turns FastRetransmits into "fast retransmits", DuplicateACKs into "duplicate ACKs".
func inWords(name string) string {
	var words []string
	start := 0
	for i := 1; i <= len(name); i++ {
		if i == len(name) || unicode.IsUpper(rune(name[i])) && (unicode.IsLower(rune(name[i-1])) || i+2 < len(name) && unicode.IsLower(rune(name[i+1]))) {
			words = append(words, name[start:i])
			start = i
		}
	}
	for i, word := range words {
		if len(word) < 2 || unicode.IsLower(rune(word[1])) {
			words[i] = strings.ToLower(word)
		}
	}
	return strings.Join(words, " ")
}
