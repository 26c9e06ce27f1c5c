package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// printCounters prints what is not zero, one counter a line.
func printCounters(w io.Writer, c engine.Counters) {
	walkCounters(reflect.ValueOf(c), "", func(name string, n uint64) {
		if n > 0 {
			fmt.Fprintf(w, "  %-44s %d\n", name, n)
		}
	})
}

// walkCounters calls f for every counter, with its name in words. A value that
// names itself (the reasons of drops, the rules) gives its index as a name.
func walkCounters(v reflect.Value, name string, f func(string, uint64)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walkCounters(v.Field(i), strings.TrimSpace(name+" "+inWords(v.Type().Field(i).Name)), f)
		}
	case reflect.Uint64:
		f(name, v.Uint())
	}
}

// inWords turns SegmentsSent into "segments sent".
func inWords(name string) string {
	var s strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(rune(name[i-1])) || i+1 < len(name) && unicode.IsLower(rune(name[i+1]))) {
			s.WriteByte(' ')
			if i+1 < len(name) && unicode.IsLower(rune(name[i+1])) {
				r = unicode.ToLower(r)
			}
		}
		if i == 0 && len(name) > 1 && unicode.IsLower(rune(name[1])) {
			r = unicode.ToLower(r)
		}
		s.WriteRune(r)
	}
	return s.String()
}
