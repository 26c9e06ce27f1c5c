package proof

import (
	"fmt"
	"maps"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// This file writes the worlds of the text as a table.

// acts are the Go names of what scripts say.
var acts = [...]string{
	parser.ActOpenActive: "OpenActive", parser.ActOpenPassive: "OpenPassive", parser.ActSend: "Send", parser.ActSendUrgent: "SendUrgent",
	parser.ActAwaitEstablished: "AwaitEstablished", parser.ActAwaitEOF: "AwaitEOF", parser.ActAwaitEnd: "AwaitEnd",
	parser.ActClose: "Close", parser.ActCloseHalf: "CloseHalf", parser.ActAbort: "Abort", parser.ActCrash: "Crash",
	parser.ActStopListening: "StopListening",
}

// harms are the Go names of what may be done to a world.
var harms = [...]string{
	parser.Loses: "Lose", parser.Duplicates: "Duplicate", parser.Delays: "Delay", parser.Reports: "ICMP", parser.Forgeries: "Forge",
	parser.Early: "Early", parser.GivesUp: "GiveUp",
}

// forged are the Go names of what is forged.
var forged = [...]string{"ForgeRST", "ForgeSYN", "ForgeText", "ForgeACK", "ForgeEarly"}

const worldTypes = `// World is a world to explore: two hosts, their users, the network between them, and
// whoever means them harm. What comes in pairs is A's and B's.
type World struct {
	Name     string
	Says     string
	Source   string // where the RFCs speak of it
	Users    [2]User
	Settings [2]tcp.Settings
%s	Queue    uint8 // octets that a send queue takes
	Once     bool  // a listener takes one connection
	Carries  uint8 // segments under way in each direction; one more is lost
	Old      [2]*tcp.Sent // a segment of a former connection of this host that is still under way
	Harm     Harm
	Forges   Forged
	Clock    bool     // timestamps move on when time passes
	Begun    bool     // both users have made their first calls when the world begins
	Tries    bool     // in every state, everything else that might happen is tried, and undone
	Asks     []string // properties with a Goal, or NoCycle, by name; all others are asked in every world
	Shows    []string // properties that not every world puts to the test, as this one does
	States   int64    // how many there are, as counted once; 0: it was not
}

// User is who calls a host.
type User struct {
	Script []Act
	Reads  bool // he takes octets whenever there are some
}

// Act is a line of a script.
type Act struct {
	Op    Op
	N     uint8 // octets, of Send
	Quiet bool  // only when nothing is under way
}

// Op is what a script may say.
type Op uint8

const (
%s)

var opNames = [...]string{%s}

// String is the line as the text has it.
func (o Op) String() string { return opNames[o] }

// Harm is what may be done, and how often: by direction, or by host.
type Harm struct {
	Lose      [2]uint8 // segments of this host that get lost
	Duplicate [2]uint8 // … that arrive twice, the second time behind all others
	Delay     [2]uint8 // … that arrive whenever they like
	ICMP      [2]uint8 // ICMP errors that reach this host
	Forge     [2]uint8 // forged segments that reach this host
	Early     [2]uint8 // timers of this host that expire although a segment is under way, or a shorter timer runs
	GiveUp    [2]uint8 // timers of this host that expire and end a connection that may have hope
}

// Forged is a set of kinds of forged segments.
type Forged uint8

const (
	ForgeRST Forged = 1 << iota
	ForgeSYN
	ForgeText  // text, and FIN
	ForgeACK
	ForgeEarly // also at a connection that is not yet synchronized
)

`

// worlds writes Worlds, and the settings of their hosts.
func (w *writer) worlds() (table, settingsOf string) {
	s := &settings{writer: w}
	var rows strings.Builder
	rows.WriteString("// Worlds are those of the text, in its order.\nvar Worlds = [...]World{\n")
	for _, x := range w.p.Worlds {
		if !x.Base() {
			rows.WriteString(w.world(x, s))
		}
	}
	rows.WriteString("}\n")
	var ops, words strings.Builder
	for i, name := range acts {
		if i == 0 {
			name += " Op = iota"
		}
		ops.WriteString("\t" + name + "\n")
		fmt.Fprintf(&words, "%q, ", parser.ActKind(i))
	}
	var chosen strings.Builder
	for _, v := range w.chosen() {
		fmt.Fprintf(&chosen, "\t%s [2]%s // %s\n", ir.Exported(v.Name), goType(v.Type), v.Doc)
	}
	return fmt.Sprintf(worldTypes, chosen.String(), ops.String(), strings.TrimSuffix(words.String(), ", ")) + rows.String(), s.code.String()
}

// chosen are the variables that the environment chooses.
func (w *writer) chosen() (list []*parser.Var) {
	for _, v := range w.p.TCB {
		if v.Chosen {
			list = append(list, v)
		}
	}
	return list
}

// world writes a row of the table.
func (w *writer) world(x *parser.World, s *settings) string {
	var b strings.Builder
	fmt.Fprintf(&b, "{\nName: %q, Source: %q,\nSays: %q,\nUsers: [2]User{\n", x.Name, source(&x.Decl), x.Doc)
	for _, u := range x.Users {
		b.WriteString(user(u))
	}
	fmt.Fprintf(&b, "},\nSettings: [2]tcp.Settings{%s, %s},\n", s.of(x, 0), s.of(x, 1))
	for _, v := range w.chosen() {
		fmt.Fprintf(&b, "%s: [2]%s{%d, %d},\n", ir.Exported(v.Name), goType(v.Type), x.Hosts[0][v], x.Hosts[1][v])
	}
	fmt.Fprintf(&b, "Queue: %d, Carries: %d,", x.Queue, x.Carries)
	for _, f := range []struct {
		name string
		set  bool
	}{{"Once", x.Once}, {"Clock", x.Clock}, {"Begun", x.Begun}, {"Tries", x.Tries}} {
		if f.set {
			b.WriteString(f.name + ": true,")
		}
	}
	var done, kinds []string
	for h, n := range x.Harm {
		if n != [2]int{} {
			done = append(done, fmt.Sprintf("%s: [2]uint8{%d, %d}", harms[h], n[0], n[1]))
		}
	}
	fmt.Fprintf(&b, "\nHarm: Harm{%s},\n", strings.Join(done, ", "))
	if x.Old[0] != nil || x.Old[1] != nil {
		fmt.Fprintf(&b, "Old: [2]*tcp.Sent{%s, %s},\n", w.old(x.Old[0]), w.old(x.Old[1]))
	}
	for i, name := range forged {
		if x.Forges>>i&1 != 0 {
			kinds = append(kinds, name)
		}
	}
	if len(kinds) > 0 {
		b.WriteString("Forges: " + strings.Join(kinds, " | ") + ",\n")
	}
	for _, list := range []struct {
		field      string
		properties []*parser.Property
	}{{"Asks", x.Asks}, {"Shows", x.Shows}} {
		var names []string
		for _, p := range list.properties {
			names = append(names, p.Name)
		}
		if len(names) > 0 {
			fmt.Fprintf(&b, "%s: %#v,\n", list.field, names)
		}
	}
	if x.States > 0 {
		fmt.Fprintf(&b, "States: %d,\n", x.States)
	}
	return b.String() + "},\n"
}

// old writes a segment that is still under way.
func (w *writer) old(d *parser.Drawn) string {
	if d == nil {
		return "nil"
	}
	fields := []string{fmt.Sprintf("SEQ: %d", d.SEQ.Add)}
	if d.ACK != nil {
		fields = append(fields, fmt.Sprintf("ACK: %d", d.ACK.Add))
	}
	if d.Count > 0 {
		fields = append(fields, fmt.Sprintf("DATA: %d", d.Count))
	}
	var bits []string
	for _, bit := range d.CTL {
		bits = append(bits, "tcp."+bit.Name)
	}
	return "{" + strings.Join(append(fields, "CTL: "+strings.Join(bits, "|")), ", ") + "}"
}

func user(u parser.User) string {
	var lines []string
	for _, a := range u.Script {
		line := "{Op: " + acts[a.Kind]
		if a.N > 0 {
			line += fmt.Sprintf(", N: %d", a.N)
		}
		if a.Quiet {
			line += ", Quiet: true"
		}
		lines = append(lines, line+"}")
	}
	return fmt.Sprintf("{Script: []Act{%s}, Reads: %v},\n", strings.Join(lines, ", "), u.Reads)
}

// settings writes each distinct lot of settings once.
type settings struct {
	*writer
	code  strings.Builder
	known []lot
}

// lot is what the settings of a host are, and the function that makes them.
type lot struct {
	host parser.Host
	name string
}

// of is the call that makes a host's settings.
func (s *settings) of(x *parser.World, i int) string {
	host := s.host(x, i)
	for x.Like != nil && maps.Equal(s.host(x.Like, i), host) {
		x = x.Like // whose they are
	}
	for _, known := range s.known {
		if maps.Equal(known.host, host) {
			return known.name + "()"
		}
	}
	name, whose := "settings"+ir.Exported(x.Name), "both hosts"
	if !maps.Equal(host, s.host(x, 1-i)) {
		name, whose = name+"AB"[i:i+1], "host "+"AB"[i:i+1]
	}
	s.known = append(s.known, lot{host, name})
	s.write(name, whose+" of "+x.Name, host)
	return name + "()"
}

// host is the settings of a host that are not 0.
func (s *settings) host(x *parser.World, i int) parser.Host {
	host := parser.Host{}
	for _, v := range s.p.Settings {
		if n := x.Hosts[i][v]; n != 0 {
			host[v] = n
		}
	}
	return host
}

// write writes the function that makes settings.
func (s *settings) write(name, whose string, host parser.Host) {
	fmt.Fprintf(&s.code, "// %s are the settings of %s.\nfunc %s() (s tcp.Settings) {\n", name, whose, name)
	for _, v := range s.p.Settings {
		if n := host[v]; n != 0 {
			value := fmt.Sprint(n)
			if v.Type == parser.Bool {
				value = "true"
			}
			fmt.Fprintf(&s.code, "s.%s = %s\n", strings.Join(ir.Path(v.Name), "."), value)
		}
	}
	s.code.WriteString("return s\n}\n\n")
}
