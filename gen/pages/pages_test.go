package pages

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

func emit(t *testing.T) (*ir.Program, map[string]string) {
	t.Helper()
	spec, found := parser.Load(os.DirFS("../../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	p, err := ir.New(spec, ir.Amended())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for name, b := range Emit(p, "mark") {
		files[name] = string(b)
	}
	return p, files
}

// idle are rules that only answer for a timer where it cannot run.
var idle = map[string]bool{"delayed-ACK.nothing": true}

// TestEveryRule: each rule of the text stands on a page. That no page lacks a rule
// that ran in its state is shown where the rules run, in gen/interp.
func TestEveryRule(t *testing.T) {
	p, files := emit(t)
	var all strings.Builder
	for _, s := range files {
		all.WriteString(s)
	}
	for _, r := range p.Rules {
		if found := strings.Contains(all.String(), "**"+r.Name+"**"); found == idle[r.Name] {
			t.Errorf("rule %s: on a page %v", r.Name, found)
		}
	}
}

var code = regexp.MustCompile("`[^`]*`")

// TestMarkdown: outside of code nothing reads as a tag, or <RST> would vanish.
func TestMarkdown(t *testing.T) {
	_, files := emit(t)
	for name, s := range files {
		for i, line := range strings.Split(s, "\n") {
			bare := strings.ReplaceAll(code.ReplaceAllString(line, ""), `\<`, "")
			if i > 0 && strings.Contains(bare, "<") {
				t.Errorf("%s:%d: %s", name, i+1, line)
			}
		}
	}
}

// TestPruned: what cannot happen in a state is not on its page.
func TestPruned(t *testing.T) {
	_, files := emit(t)
	for _, c := range []struct{ page, absent string }{
		{"ESTABLISHED.md", "seq.retransmitted-FIN"}, // the condition names TIME-WAIT
		{"ESTABLISHED.md", "seq.crossed-SYN-ACK"},   // stands in an in-block of SYN-RECEIVED
		{"LISTEN.md", "## timeout"},                 // no timer runs there
		{"SYN-SENT.md", "text.unwanted"},            // nothing sets reader-gone before
	} {
		if strings.Contains(files[c.page], c.absent) {
			t.Errorf("%s has %s", c.page, c.absent)
		}
	}
}
