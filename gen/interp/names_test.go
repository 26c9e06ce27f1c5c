package interp

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/spec"
)

// Rules have the numbers of package tcp, though the text was changed by hand: one is
// taken out, one has another name.
func TestRulesKeepTheirNames(t *testing.T) {
	files := map[string][]byte{}
	names, err := fs.Glob(spec.TCP(), "*.spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(spec.TCP(), name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		if from := strings.Index(text, "rule rst.not-exact"); from >= 0 {
			text = text[:from] + text[from+strings.Index(text[from:], "}")+1:]
		}
		files[name] = []byte(strings.ReplaceAll(text, "rule seq.acceptable ", "rule seq.good "))
	}
	text, found := parser.LoadFiles(files)
	if text == nil {
		t.Fatal(found)
	}
	p, err := ir.New(text, ir.Amended())
	if err != nil {
		t.Fatal(err)
	}
	core, err := NewCore(p)
	if err != nil {
		t.Fatal(err)
	}
	var connection tcp.TCB
	connection.State = tcp.Established
	connection.RCV.NXT, connection.RCV.WND = 100, 10
	var out tcp.Effects
	core.SegmentArrives(&connection, &tcp.Segment{SEQ: 105, CTL: tcp.RST}, &out)
	var fired []string
	for id := range out.Rules.Each() {
		fired = append(fired, id.String())
	}
	if got := strings.Join(fired, " "); got != "rst.reset" {
		t.Errorf("fired: %s", got)
	}
}
