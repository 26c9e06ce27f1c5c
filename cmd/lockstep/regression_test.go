package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/lockstep-tcp/lockstep/gen/golang"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/spec"
)

// misread are defects of the RFC whose literal reading each of the checks finds.
var misread = []string{"B4", "B5", "B27"}

// The tests that failures are kept as can be pasted: they fail on the code in which they
// were found, the text read literally, and pass on the code that ships.
func TestKeptTests(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: that kept tests can be pasted: two packages are compiled twice")
	}
	folder := t.TempDir()
	defects := strings.Join(misread, ",")
	for _, args := range [][]string{
		{"verify", "-config", "handshake-close", "-property", "CLOSE", "-workers", "1"},
		{"verify", "-config", "zero-window", "-property", "no-packet-war", "-workers", "1"},
		{"scenarios"},
	} {
		if code := run(append(args, "-reading", "literal", "-defect", defects, "-out", folder), io.Discard, os.Stderr); code != findings {
			t.Fatalf("%v ends with %d", args, code)
		}
	}
	broken := literalCode(t)
	const stack = "../../proptest"
	if out, err := goTest(t, broken, stack, "-run=TestStack/^closed-window$", "-lockstep.out="+folder); err == nil || !strings.Contains(out, "lockstep replay "+folder) {
		t.Fatalf("%v\n%s", err, out)
	}
	kept, err := filepath.Glob(filepath.Join(folder, "*", counterexample.TestFile))
	if err != nil || len(kept) != 4 {
		t.Fatalf("kept are %v, %v", kept, err)
	}
	for _, name := range kept {
		captured(t, filepath.Join(filepath.Dir(name), counterexample.CaptureFile))
	}
	tests := map[string][]byte{}
	for _, name := range kept {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tests["testdata/program/"+filepath.Base(filepath.Dir(name))+"_test.go"] = b
	}
	if out, err := goTest(t, tests, "./testdata/program"); err != nil {
		t.Errorf("on the code that ships: %v\n%s", err, out)
	}
	for name, code := range tests {
		broken[name] = code
	}
	out, err := goTest(t, broken, "./testdata/program")
	if failed := strings.Count(out, "--- FAIL: Test"); err == nil || failed != len(kept) || strings.Count(out, " does not hold (") != failed {
		t.Errorf("on the code in which they were found, %d fail: %v\n%s", failed, err, out)
	}
}

// What is wrong with a text changed by hand shows in the same form, and is kept.
func TestPatchedTextIsShown(t *testing.T) {
	const name = "segment-arrives.spec"
	text, err := fs.ReadFile(spec.TCP(), name)
	if err != nil {
		t.Fatal(err)
	}
	from := bytes.Index(text, []byte("rule rst.not-exact"))
	to := from + bytes.IndexByte(text[from:], '}') + 1
	folder := t.TempDir()
	patch := filepath.Join(folder, name)
	if err := os.WriteFile(patch, append(text[:from:from], text[to:]...), 0o666); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if code := run([]string{"mutate", "-patch", patch, "-workers", "1", "-out", folder}, &out, io.Discard); code != fine {
		t.Fatalf("ends with %d:\n%s", code, out.String())
	}
	for _, want := range []string{" does not hold (RFC ", "<CTL=RST", "\nagain: lockstep mutate -patch " + patch + "\n", "\nkept:  "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	kept, err := filepath.Glob(filepath.Join(folder, "*", counterexample.TraceFile))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept are %v, %v", kept, err)
	}
	out.Reset()
	if code := run([]string{"replay", kept[0]}, &out, io.Discard); code != fine || !strings.Contains(out.String(), " holds now\n") {
		t.Errorf("on the code that ships, the replay ends with %d:\n%s", code, out.String())
	}
}

// captured holds a capture to what another library reads in it: whole packets, right
// checksums, and comments that name rules and sections.
func captured(t *testing.T, name string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewNgReader(f, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	packets, comments := 0, ""
	for ; ; packets++ {
		data, _, options, err := r.ReadPacketDataWithOptions()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		packet := gopacket.NewPacket(data, r.LinkType(), gopacket.Default)
		segment, ok := packet.Layer(layers.LayerTypeTCP).(*layers.TCP)
		if !ok {
			t.Fatalf("%s: no TCP: %v", name, packet)
		}
		if err := segment.SetNetworkLayerForChecksum(packet.NetworkLayer()); err != nil {
			t.Fatal(err)
		}
		if wrong, mistakes := packet.VerifyChecksums(); wrong != nil || len(mistakes) > 0 {
			t.Errorf("%s, packet %d: checksums: %v, %v", name, packets+1, wrong, mistakes)
		}
		if len(options.Comments) != 2 {
			t.Errorf("%s, packet %d: comments: %q", name, packets+1, options.Comments)
		}
		comments += strings.Join(options.Comments, "\n")
	}
	if packets < 4 || !strings.Contains(comments, "(RFC 9293 3.10.7.") {
		t.Errorf("%s: %d packets, comments: %s", name, packets, comments)
	}
}

// literalCode is the files of package tcp when the text is read literally.
func literalCode(t *testing.T) map[string][]byte {
	t.Helper()
	text, found := parser.Load(spec.TCP())
	if text == nil {
		t.Fatal(found)
	}
	p, err := ir.New(text, ir.LiteralIn(misread...))
	if err != nil {
		t.Fatal(err)
	}
	code, err := golang.Emit(p, "spec/tcp")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for name, content := range code {
		files["../../generated/tcp/"+name] = content
	}
	return files
}

func goTest(t *testing.T, files map[string][]byte, folder string, flags ...string) (string, error) {
	t.Helper()
	args := append([]string{"test", "-count=1", "-vet=off", "-overlay=" + overlay(t, files), folder}, flags...)
	out, err := exec.Command("go", args...).CombinedOutput()
	return string(out), err
}
