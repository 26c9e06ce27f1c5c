// Lockstep is the tool around the text of TCP: it checks, formats, generates,
// draws and explains the text, and runs the stack that is made from it.
//
// Usage:
//
//	lockstep demo                          see it work: no root, no network
//	lockstep check [FOLDER]                find mistakes in a text
//	lockstep fmt [-check] [FOLDER]         write a text in the canonical form
//	lockstep gen [-check]                  make the code from the text
//	lockstep graph [-format svg|dot|mermaid]
//	lockstep explain CODE                  a message, a rule or a requirement
//	lockstep requirements                  RFC 9293 row by row
//	lockstep vectors FILE                  run conformance vectors
//	lockstep verify [-config NAME]         explore every state of two hosts
//	lockstep replay TRACE                  walk a counterexample again
//	lockstep mutate                        break the text, see who notices
//	lockstep soak -for 10m                 two whole stacks, made-up cases
//	lockstep museum                        plant real bugs of other stacks
//	lockstep scenarios                     play the RFC's figures
//	lockstep export -config NAME           the machine for SPIN, TLC or z3
//	lockstep compare                       SPIN's counts and speed beside ours
//	lockstep serve -tun NAME -addr CIDR    the stack on a TUN device
//	lockstep fetch -tun NAME -addr CIDR URL
//
// It exits with 0 when all is well, with 1 when it found something wrong, and
// with 2 when it could not do what it was asked.
package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/lockstep-tcp/lockstep/gen"
	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/spec"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit codes.
const (
	fine     = 0
	findings = 1
	trouble  = 2
)

// tool is the grammar of the command line; every verb has a Run method.
type tool struct {
	Demo         demo         `cmd:"" help:"See it work: handshakes drawn, a download over a lossy link, datagrams. Needs no root and no network."`
	Check        check        `cmd:"" help:"Find mistakes in a specification."`
	Fmt          format       `cmd:"" help:"Write a specification in the canonical form."`
	Gen          generate     `cmd:"" help:"Make generated from spec/tcp."`
	Graph        graph        `cmd:"" help:"Draw the states and what leads from one to the other."`
	Explain      explain      `cmd:"" help:"Explain the code of a message, a rule, or a requirement of RFC 9293."`
	Requirements requirements `cmd:"" help:"RFC 9293 requirement by requirement: where it is fulfilled, and which test shows it."`
	Vectors      vectorRun    `cmd:"" help:"Run single-segment conformance vectors against the machine."`
	Verify       verify       `cmd:"" help:"Explore every state of two hosts and hold every property to them."`
	Replay       replay       `cmd:"" help:"Walk a counterexample again on the present code."`
	Mutate       mutate       `cmd:"" help:"Break the text in small ways, and see which property notices."`
	Museum       museumRun    `cmd:"" help:"Plant real bugs of other stacks, and see what finds them. Needs a clone and Go."`
	Soak         soak         `cmd:"" help:"Play made-up cases on two whole stacks, for as long as you like."`
	Scenarios    scenarios    `cmd:"" help:"Play the figures of RFC 9293 on the machine."`
	Export       export       `cmd:"" help:"Write the machine for another checker: SPIN, TLC, z3."`
	Compare      compare      `cmd:"" help:"Explore worlds with SPIN and with the explorer: states, steps, speed. Needs spin and gcc."`
	Serve        serve        `cmd:"" help:"Serve HTTP and echo from this stack on a TUN device."`
	Fetch        fetch        `cmd:"" help:"Fetch a URL through this stack on a TUN device."`
}

func run(args []string, stdout, stderr io.Writer) int {
	parser, err := kong.New(&tool{}, kong.Name("lockstep"),
		kong.Description("TCP whose state machine is compiled from a text that reads as RFC 9293 does."),
		kong.Writers(stdout, stderr), kong.Help(help), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		panic(err) // the grammar above is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(twoDashes(args))
	if err != nil {
		return misused(stderr, verbOf(err), err)
	}
	verb := strings.Fields(ctx.Command())[0]
	if err := cmp.Or(nothingEmpty(ctx), nothingTwice(ctx)); err != nil {
		return misused(stderr, " "+verb, err)
	}
	if slices.Contains(onGenerated, verb) && stale() {
		fmt.Fprintf(stderr, "lockstep %s: spec/tcp has changed since `go generate ./...`: the generated machine, worlds and properties are those of the text before\n", verb)
	}
	out := &remembering{Writer: stdout}
	return conclude(verb, stderr, out.and(ctx.Run(streams{out, stderr})))
}

// onGenerated is the verbs that run the machine that was generated, and not the text.
var onGenerated = []string{"demo", "vectors", "verify", "replay", "soak", "scenarios", "serve", "fetch"}

// stale tells that the machine in this program is not that of the text in this program.
func stale() bool {
	digest, err := gen.Digest(spec.TCP())
	return err == nil && digest != proof.Text
}
