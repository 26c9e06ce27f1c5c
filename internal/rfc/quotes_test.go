package rfc

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/spec"
)

// What rules and steps quote stands in the RFC and the section that they name.
func TestQuotes(t *testing.T) {
	n := 0
	for _, r := range tcp.Rules {
		if r.Quote == "" {
			continue
		}
		n++
		if err := stands(r.Quote, r.RFC, r.Section); err != nil {
			t.Errorf("%s:%d: %s: %v", r.File, r.Line, r.Name, err)
		}
	}
	text, found := parser.Load(spec.TCP())
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	for _, h := range text.Handlers {
		for _, s := range h.Body {
			step, ok := s.(*parser.Step)
			if !ok || step.Quote == "" {
				continue
			}
			n++
			cites := append(step.Cites[:len(step.Cites):len(step.Cites)], h.Cites...)
			if len(cites) == 0 {
				t.Errorf("%v: step %s quotes nobody", step.Pos, step.Name)
			} else if err := stands(step.Quote, cites[0].RFC, cites[0].Section); err != nil {
				t.Errorf("%v: step %s: %v", step.Pos, step.Name, err)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d quotes were looked at", n)
	}
}

// Comments of the text quote as well: it stands in one of the RFCs.
func TestCommentsQuote(t *testing.T) {
	quote := regexp.MustCompile(`"([^"]+)"`)
	marks := regexp.MustCompile(`\n *# ?`)
	comments := regexp.MustCompile(`(?m)(?:^ *#.*\n)+`)
	files, err := fs.Glob(spec.TCP(), "*.spec")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	n := 0
	for _, name := range files {
		b, err := fs.ReadFile(spec.TCP(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range comments.FindAllString(string(b), -1) {
			for _, q := range quote.FindAllStringSubmatch(marks.ReplaceAllString("\n"+c, " "), -1) {
				n++
				if err := standsSomewhere(q[1]); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	if n == 0 {
		t.Error("no comment was looked at")
	}
}

func standsSomewhere(quote string) (err error) {
	files, err := os.ReadDir("testdata")
	for _, f := range files {
		number := 0
		if _, err = fmt.Sscanf(f.Name(), "rfc%d.txt", &number); err != nil {
			return err
		}
		if err = stands(quote, number, ""); err == nil {
			return nil
		}
	}
	return err
}

// What is no quote is found out.
func TestFalseQuotes(t *testing.T) {
	const calls = "3.10.2"
	for quote, right := range map[string]bool{
		"then SND.UP <- SND.NXT and set the urgent pointer":    true,
		"then SND.UP <- SND.NXT-1 and set the urgent pointer":  false, // RFC 793
		"If the URGENT flag is set, ... set the urgent":        true,
		"set the urgent ... If the URGENT flag is set":         false, // the order
		"If the URGENT flag is set, set the urgent":            false, // nothing tells of what is left out
		"If the [urgent] flag is set":                          true,
		"Respond with \"ok\" and delete the TCB":               false, // another section
		"If the foreign socket ... return \"error: connection": false,
		"": false,
	} {
		if err := stands(quote, 9293, calls); err == nil != right {
			t.Errorf("%q: %v", quote, err)
		}
	}
	if err := stands("x", 9293, "3.10.99"); err == nil {
		t.Error("there is no such section")
	}
}

// left is where a quote leaves something out, or puts something in.
var left = regexp.MustCompile(`\.\.\.|\[[^\]]*\]`)

// stands tells what of a quote does not stand in a section, in its order.
func stands(quote string, number int, section string) error {
	text, err := sectionOf(number, section)
	if err != nil {
		return err
	}
	some := false
	for _, part := range left.Split(quote, -1) {
		if part = words(part); part == "" {
			continue
		}
		some = true
		i := strings.Index(text, part)
		if i < 0 {
			return fmt.Errorf("RFC %d %s does not say %q, of %q", number, section, part, quote)
		}
		text = text[i+len(part):]
	}
	if !some {
		return errors.New("an empty quote")
	}
	return nil
}

var (
	pageBreak = regexp.MustCompile(`\n+[^\n]*\[Page [0-9]+\]\n+\f?\n*RFC [0-9]+ [^\n]*\n+`)
	bullet    = regexp.MustCompile(`(?m)^ *(?:[o*+|-] +)+`)
	hyphen    = regexp.MustCompile(`([A-Za-z0-9]-)\n +([A-Za-z0-9])`)
	texts     = map[int]string{}
)

// textOf is an RFC without its page breaks, the marks of its lists and bars beside
// what it quotes itself.
func textOf(number int) (string, error) {
	if s, ok := texts[number]; ok {
		return s, nil
	}
	b, err := os.ReadFile(fmt.Sprintf("testdata/rfc%d.txt", number))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("RFC %d is not in testdata: %w", number, err)
	} else if err != nil {
		return "", err
	}
	s := pageBreak.ReplaceAllString(string(b), "\n")
	s = hyphen.ReplaceAllString(bullet.ReplaceAllString(s, " "), "$1$2")
	texts[number] = s
	return s, nil
}

// words is a text with one space where there are some, or a new line.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// heading is a section's, or the number of a paragraph that is cited like one: (5.1).
var heading = regexp.MustCompile(`(?m)^(?:(?:Appendix )?([0-9A-Z](?:\.[0-9]+)*)\.? +[A-Z"]| +\(([0-9]+\.[0-9]+)\) )`)

// A section is where it begins in textOf.
type section struct {
	name string
	from int
}

var headings = map[int][]section{}

// sections are those of an RFC, in its order.
func sections(number int) (list []section, err error) {
	if list, ok := headings[number]; ok {
		return list, nil
	}
	all, err := textOf(number)
	if err != nil {
		return nil, err
	}
	for _, m := range heading.FindAllStringSubmatchIndex(all, -1) {
		list = append(list, section{group(all, m, 1) + group(all, m, 2), m[0]})
	}
	headings[number] = list
	return list, nil
}

// sectionOf is a section of an RFC, with those below it; "" is all of it.
func sectionOf(number int, name string) (string, error) {
	all, err := textOf(number)
	if err != nil || name == "" {
		return words(all), err
	}
	list, err := sections(number)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(list, func(s section) bool { return s.name == name })
	if at < 0 {
		return "", fmt.Errorf("RFC %d has no section %s; nearest to it is %s", number, name, nearest(name, list))
	}
	end := len(all)
	for _, s := range list[at+1:] {
		if !strings.HasPrefix(s.name, name+".") {
			end = s.from
			break
		}
	}
	return words(all[list[at].from:end]), nil
}
