package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// twoDashes lets flags be written as Go programs have them, -tun for --tun, also with a
// number below 0 behind them.
func twoDashes(args []string) []string {
	var all []string
	for i, a := range args {
		switch {
		case a == "--":
			return append(all, args[i:]...)
		case negative.MatchString(a) && i > 0 && strings.HasPrefix(args[i-1], "-") && !strings.Contains(args[i-1], "="):
			all[len(all)-1] += "=" + a
			continue
		case len(a) > 2 && a[0] == '-' && a[1] >= 'a' && a[1] <= 'z':
			a = "-" + a
		}
		all = append(all, a)
	}
	return all
}

var negative = regexp.MustCompile(`^-[0-9]`)

var twoDashed = regexp.MustCompile(`(^|[^-\w])--(\w)`)

// oneDash writes flags in messages as the documentation does.
func oneDash(message string) string {
	return twoDashed.ReplaceAllString(message, "$1-$2")
}

// misused says what is wrong with a command line.
func misused(stderr io.Writer, verb string, err error) int {
	fmt.Fprintf(stderr, "lockstep: %v\nhelp: `lockstep%s -help` shows what there is\n", oneDash(err.Error()), verb)
	return trouble
}

// nothingEmpty refuses what was given without a value in it: taken for not given, it
// would mean everything.
func nothingEmpty(ctx *kong.Context) error {
	for _, p := range ctx.Path {
		value := p.Positional
		if p.Flag != nil {
			value = p.Flag.Value
		}
		if value == nil {
			continue
		}
		empty := false
		switch x := value.Target.Interface().(type) {
		case string:
			empty = x == ""
		case []string:
			empty = len(x) == 0 || slices.Contains(x, "")
		}
		if empty {
			return fmt.Errorf("%s: the value is empty; write one, or leave it out", value.ShortSummary())
		}
	}
	return nil
}

// nothingTwice refuses a flag that was given twice and has room for one value: the first
// would be ignored.
func nothingTwice(ctx *kong.Context) error {
	given := map[*kong.Flag]bool{}
	for _, p := range ctx.Path {
		if p.Flag == nil || p.Flag.IsCumulative() || p.Flag.IsBool() {
			continue
		}
		if given[p.Flag] {
			several := ""
			if strings.HasSuffix(p.Flag.PlaceHolder, ",...") {
				several = ", with commas between several"
			}
			return fmt.Errorf("--%s is given twice: give it once%s", p.Flag.Name, several)
		}
		given[p.Flag] = true
	}
	return nil
}

// verbOf is the verb, with a space, that a mistake of the command line belongs to.
func verbOf(err error) string {
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context.Command() != "" {
		return " " + strings.Fields(p.Context.Command())[0]
	}
	return ""
}
