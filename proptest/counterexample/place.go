package counterexample

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/spec"
)

const (
	textFolder = "spec/tcp/"
	module     = "github.com/lockstep-tcp/lockstep/"
)

// declared are the properties, invariants and worlds of the text, with their places.
var declared = sync.OnceValue(func() map[string]string {
	text, _ := parser.Load(spec.TCP())
	if text == nil {
		return nil // a text with mistakes has no places; whoever loads it tells of them
	}
	places := map[string]string{}
	for _, p := range text.Properties {
		places[p.Name] = at(p.Pos)
	}
	for _, p := range text.Invariants {
		places["tcb."+p.Name] = at(p.Pos)
	}
	for _, w := range text.Worlds {
		places["world "+w.Name] = at(w.Pos)
	}
	return places
})

func at(pos parser.Pos) string { return fmt.Sprintf("%s%s:%d", textFolder, pos.File, pos.Line) }

// InText is where a property, an invariant ("tcb.sequence-order") or a world ("world
// data") stands in the text; "" if it is not there.
func InText(name string) string { return declared()[name] }

// InCode is where a function stands: proptest/model/space.go:12. nil stands nowhere.
func InCode(function any) string {
	v := reflect.ValueOf(function)
	if v.Kind() != reflect.Func || v.IsNil() {
		return ""
	}
	f := runtime.FuncForPC(v.Pointer())
	return placed(f.FileLine(f.Entry()))
}

// Caller is where the caller of the function that asks was called from.
func Caller() string {
	_, file, line, ok := runtime.Caller(2)
	if !ok {
		return ""
	}
	return placed(file, line)
}

// placed names a file from the root of the module, wherever it was compiled.
func placed(file string, line int) string {
	file = filepath.ToSlash(file)
	if _, inside, ok := strings.Cut(file, module); ok { // compiled with -trimpath
		return fmt.Sprintf("%s:%d", inside, line)
	}
	if i := strings.LastIndex(file, "/proptest/"); i >= 0 {
		return fmt.Sprintf("%s:%d", file[i+1:], line)
	}
	return ""
}

// ruleText is a rule with its section and its place.
func ruleText(id tcp.RuleID) string {
	r := &tcp.Rules[id]
	from := "no RFC"
	if r.RFC != 0 {
		from = strings.TrimSpace(fmt.Sprintf("RFC %d %s", r.RFC, r.Section))
	}
	return fmt.Sprintf("%-24s %-20s %s%s:%d", r.Name, from, textFolder, r.File, r.Line)
}
