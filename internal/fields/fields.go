// Package fields names the variables of a connection as RFC 9293 does, for
// everything that prints or reads a TCB: SND.UNA, Snd.Wind.Shift, FIN-queued.
//
// It walks tcp.TCB by reflection, so a variable added to the text is known here
// at once. Settings are not variables: no rule changes them.
package fields

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// A Field is one variable of the TCB.
type Field struct {
	Name  string // as in the text
	path  []int
	isSeq bool
}

// All lists the variables in the order of the TCB; state and timers are not among them.
var All = walk(reflect.TypeFor[tcp.TCB](), "", nil)

func walk(t reflect.Type, prefix string, path []int) []Field {
	var all []Field
	for i := range t.NumField() {
		f := t.Field(i)
		if prefix == "" && (f.Name == "State" || f.Name == "Timers" || f.Name == "Settings") {
			continue
		}
		here := append(path[:len(path):len(path)], i)
		if f.Type.Kind() == reflect.Struct {
			all = append(all, walk(f.Type, prefix+f.Name+".", here)...)
			continue
		}
		all = append(all, Field{spelling(prefix, f.Name), here, f.Type == reflect.TypeFor[tcp.Seq]()})
	}
	return all
}

// spelling turns a Go name back into the text's: PassiveOpen is passive-open,
// and the last word of a dotted name is an ordinary word in lower case.
func spelling(prefix, name string) string {
	if prefix == "" {
		return hyphenated(name)
	}
	switch name {
	case "Urgent", "Sent", "Outdated":
		name = strings.ToLower(name)
	}
	return prefix + name
}

// hyphenated splits before each capital that starts a word: SYNOutstanding is SYN-outstanding.
func hyphenated(name string) string {
	var words []string
	start := 0
	for i := 1; i < len(name); i++ {
		if unicode.IsUpper(rune(name[i])) && i+1 < len(name) && unicode.IsLower(rune(name[i+1])) {
			words = append(words, name[start:i])
			start = i
		}
	}
	words = append(words, name[start:])
	for i, w := range words {
		if w != strings.ToUpper(w) {
			words[i] = strings.ToLower(w)
		}
	}
	return strings.Join(words, "-")
}

// Lookup finds a variable by its name.
func Lookup(name string) (Field, bool) {
	for _, f := range All {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Seq tells whether the variable is a sequence number.
func (f Field) Seq() bool { return f.isSeq }

// Get reads the variable; a flag is 0 or 1.
func (f Field) Get(t *tcp.TCB) uint32 {
	v := reflect.ValueOf(t).Elem().FieldByIndex(f.path)
	if v.Kind() == reflect.Bool {
		if v.Bool() {
			return 1
		}
		return 0
	}
	return uint32(v.Uint())
}

// Set writes the variable. It fails when n does not fit its type.
func (f Field) Set(t *tcp.TCB, n uint32) error {
	v := reflect.ValueOf(t).Elem().FieldByIndex(f.path)
	if v.Kind() == reflect.Bool {
		if n > 1 {
			return fmt.Errorf("%s is a flag: 0 or 1, not %d", f.Name, n)
		}
		v.SetBool(n == 1)
		return nil
	}
	if v.OverflowUint(uint64(n)) {
		return fmt.Errorf("%s has %d bits: %d does not fit", f.Name, v.Type().Bits(), n)
	}
	v.SetUint(uint64(n))
	return nil
}

// A Change is a variable that an event changed.
type Change struct {
	Field    Field
	Was, Now uint32
}

// Diff lists the variables that differ, in the order of the TCB.
func Diff(before, after *tcp.TCB) []Change {
	var changes []Change
	for _, f := range All {
		if was, now := f.Get(before), f.Get(after); was != now {
			changes = append(changes, Change{f, was, now})
		}
	}
	return changes
}

// String is "SND.UNA=101", "FIN-queued" or "not FIN-queued": what now holds.
func (c Change) String() string {
	return c.Relative(0)
}

// Relative is String with sequence numbers counted from base.
func (c Change) Relative(base tcp.Seq) string {
	now := c.Now
	if c.Field.isSeq {
		now -= uint32(base)
	}
	if reflect.TypeFor[tcp.TCB]().FieldByIndex(c.Field.path).Type.Kind() != reflect.Bool {
		return c.Field.Name + "=" + strconv.FormatUint(uint64(now), 10)
	}
	if now == 1 {
		return c.Field.Name
	}
	return "not " + c.Field.Name
}
