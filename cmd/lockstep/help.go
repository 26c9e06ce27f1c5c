package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// help prints kong's page with flags in the style of the documentation, and
// examples below it.
func help(o kong.HelpOptions, ctx *kong.Context) error {
	out := ctx.Stdout
	var page strings.Builder
	ctx.Stdout = &page
	err := kong.DefaultHelpPrinter(o, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	verb := ""
	if node := ctx.Selected(); node != nil {
		verb = node.Name
	}
	_, err = fmt.Fprint(out, oneDash(page.String()))
	if err == nil && len(examples[verb]) > 0 {
		_, err = fmt.Fprintf(out, "\nExamples:\n  %s\n", strings.Join(examples[verb], "\n  "))
	}
	return err
}

// examples by verb; the empty one is the tool itself.
var examples = map[string][]string{
	"":             {"lockstep demo", "lockstep check spec/tcp", "lockstep serve -help"},
	"demo":         {"lockstep demo", "lockstep demo -loss 2% -seed 7"},
	"check":        {"lockstep check", "lockstep check -json spec/tcp"},
	"fmt":          {"lockstep fmt", "lockstep fmt -check spec/tcp"},
	"gen":          {"lockstep gen", "lockstep gen -check"},
	"graph":        {"lockstep graph -format svg > tcp.svg", "lockstep graph -format mermaid"},
	"export":       {"lockstep export -config data > data.pml", "lockstep export -format tla > TCP.tla"},
	"compare":      {"lockstep compare", "lockstep compare -config data,orphan -json"},
	"explain":      {"lockstep explain unreachable-rule", "lockstep explain rst.not-exact", "lockstep explain MUST-11"},
	"requirements": {"lockstep requirements", "lockstep requirements -status open", "lockstep requirements -json"},
	"vectors":      {"lockstep vectors internal/vectors/testdata/vectors.tsv", "lockstep vectors -rules my.tsv"},
	"verify": {"lockstep verify", "lockstep verify -config all -keep kept -max-memory 4096",
		"lockstep verify -reading literal              # what RFC 9293 to the letter does, defect by defect", "lockstep verify -reading literal -defect B5   # drawn",
		"lockstep verify -no-tries -config zero-window -reading literal -defect B5 -property no-packet-war -out failed"},
	"replay":    {"lockstep replay failed/zero-window-no-packet-war/trace.json", "lockstep replay -step failed/zero-window-no-packet-war/trace.json"},
	"mutate":    {"lockstep mutate -list", "lockstep mutate -every 20", "lockstep mutate -run drop-rule:rst.not-exact:1 -against verify,vectors", "lockstep mutate -patch changed/timeouts.spec,changed/properties.spec   # edited copies"},
	"soak":      {"lockstep soak -for 10m", "lockstep soak -test hostile -seed 1000000 -cases 5000 -json"},
	"museum":    {"lockstep museum -list", "lockstep museum -run 27"},
	"scenarios": {"lockstep scenarios", "lockstep scenarios -reading literal"},
	"serve": {"sudo lockstep serve -tun ls0 -addr 10.7.0.2/24 -http .   # then: curl http://10.7.0.2/README.md",
		"sudo lockstep serve -tun ls0 -addr 10.7.0.2/24 -echo 7 -udp-echo 7 -loss 5% -seed 1 -pcap ls0.pcapng"},
	"fetch": {"sudo lockstep fetch -tun ls0 -addr 10.7.0.2/24 http://10.7.0.1:8000/README.md -o README.copy"},
}
