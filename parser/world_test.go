package parser

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// worldText writes what a world has become.
func worldText(s *Spec, w *World) string {
	var b strings.Builder
	for i, u := range w.Users {
		fmt.Fprintf(&b, "%s reads %v:", sideNames[i], u.Reads)
		for _, a := range u.Script {
			fmt.Fprintf(&b, " %v %d %v,", a.Kind, a.N, a.Quiet)
		}
		for _, v := range slices.Concat(s.TCB, s.Settings) {
			if n, ok := w.Hosts[i][v]; ok {
				fmt.Fprintf(&b, " %s=%d", v.Name, n)
			}
		}
		b.WriteByte('\n')
	}
	for i, old := range w.Old {
		if old != nil {
			fmt.Fprintf(&b, "%s still %v %v %d of %d, ", sideNames[i], old.SEQ, old.ACK, len(old.CTL), old.Count)
		}
	}
	fmt.Fprintf(&b, "queue %d once %v carries %d harm %v forges %05b clock %v begun %v tries %v states %d asks", w.Queue, w.Once, w.Carries, w.Harm, w.Forges, w.Clock, w.Begun, w.Tries, w.States)
	for _, p := range w.Asks {
		b.WriteString(" " + p.Name)
	}
	b.WriteString(" shows")
	for _, p := range w.Shows {
		b.WriteString(" " + p.Name)
	}
	return b.String()
}

// A world is what it says, and otherwise what that is that it is like, in whatever
// order they stand.
func TestWorlds(t *testing.T) {
	spec := load(t, `
tcb { ISS : seq chosen "where numbers begin"; other : flag chosen "" }
settings { loud : flag "…"; far : octets "…" }
property end "it ends"  catches "nothing"  eventually asked
property calm "no war"  catches "nothing"  nocycle of deliver
property once "it may be"  catches "nothing"  sometimes not asked

world third "the last" like second {
  users    read nothing
  user B   crash when quiet
  hosts    loud = false, listen always
  network  loses 0, delays 1 of B and 3 of A
  timers   give up 1 of A
  attacker forges 0
  clock    stands
  start    before the first calls
  tries    nothing
  asks     calm
}

world second "one more"  @rfc(9293, 3.5)  MUST-10  like first {
  user A   OPEN active,
    await established, SEND 2, SEND 3 urgent,  # and so on
    await EOF, await end, OPEN passive, CLOSE, CLOSE half, ABORT, stop listening
  host B   ISS = 4294967290; host A far = 7
  network  duplicates 2, reports 1 to B, still carries <SEQ=5><ACK=7><CTL=SYN,ACK><DATA=3> of B
  shows    once
  states   99
}

world first "what they have in common" {
  users    read
  users    OPEN passive
  hosts    listen once, queue 5, ISS = 1000, loud, patience = 4
  network  carries 6, loses 3
  timers   expire early 2 of B
  attacker forges 1 of A and 2 of B: RST, SYN, text, ACK, early
  clock    runs
  start    after the first calls
  tries    everything
  asks     end, calm
  shows    once, end
  states   7
}
`)
	want := []string{
		`A reads false: OPEN active 0 false, await established 0 false, SEND 2 false, SEND urgent 3 false, await EOF 0 false, await end 0 false, OPEN passive 0 false, CLOSE 0 false, CLOSE half 0 false, ABORT 0 false, stop listening 0 false, ISS=1000 loud=0 far=7 patience=4
B reads false: crash 0 true, ISS=4294967290 loud=0 patience=4
B still 5 7 2 of 3, queue 5 once false carries 6 harm [[0 0] [2 2] [3 1] [0 1] [0 0] [0 2] [1 0]] forges 00000 clock false begun false tries false states 0 asks calm shows`,
		`A reads true: OPEN active 0 false, await established 0 false, SEND 2 false, SEND urgent 3 false, await EOF 0 false, await end 0 false, OPEN passive 0 false, CLOSE 0 false, CLOSE half 0 false, ABORT 0 false, stop listening 0 false, ISS=1000 loud=1 far=7 patience=4
B reads true: OPEN passive 0 false, ISS=4294967290 loud=1 patience=4
B still 5 7 2 of 3, queue 5 once true carries 6 harm [[3 3] [2 2] [0 0] [0 1] [1 2] [0 2] [0 0]] forges 11111 clock true begun true tries true states 99 asks end calm shows once`,
		`A reads true: OPEN passive 0 false, ISS=1000 loud=1 patience=4
B reads true: OPEN passive 0 false, ISS=1000 loud=1 patience=4
queue 5 once true carries 6 harm [[3 3] [0 0] [0 0] [0 0] [1 2] [0 2] [0 0]] forges 11111 clock true begun true tries true states 7 asks end calm shows once end`,
	}
	for i, w := range spec.Worlds {
		if got := worldText(spec, w); got != want[i] {
			t.Errorf("%s is\n%s\nand should be\n%s", w.Name, got, want[i])
		}
	}
	w := spec.Worlds[1]
	if w.Like != spec.Worlds[2] || len(w.Cites) != 1 || len(w.Labels) != 1 || w.Doc != "one more" || w.Base() {
		t.Errorf("%s is like %v, with %v %v %q", w.Name, w.Like, w.Cites, w.Labels, w.Doc)
	}
}

// Whoever has nobody to act in it is there for others; the shipped text has worlds of
// both kinds, and in none of them a line too much.
func TestShippedWorlds(t *testing.T) {
	spec, found := Load(os.DirFS("../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	bases := 0
	for _, w := range spec.Worlds {
		if w.Base() {
			bases++
		} else if w.Like == nil {
			t.Errorf("%s is like no other", w.Name)
		}
	}
	if bases == 0 || bases == len(spec.Worlds) {
		t.Errorf("%d of %d worlds are for others to be like", bases, len(spec.Worlds))
	}
}
