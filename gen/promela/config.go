package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
)

// config writes the world's numbers.
func (w *writer) config() {
	for _, v := range w.p.Settings {
		w.define(ir.Ident(v.Name), perHost(w.c.Settings[0][v.Name], w.c.Settings[1][v.Name]), v.Doc)
	}
	for _, v := range w.p.Settings {
		if a, b := w.c.Settings[0][v.Name], w.c.Settings[1][v.Name]; a != b {
			w.differs[v.Name] = true
			w.define(ir.Ident(v.Name)+"_of(me)", fmt.Sprintf("pick((me) == 0, %d, %d)", a, b), "")
		}
	}
	w.define("PEER_offer_shift", perHost(w.c.Settings[1]["offer-shift"], w.c.Settings[0]["offer-shift"]), "")
	w.Line("")
	w.define("QUEUE", fmt.Sprint(w.c.Queue), "segments under way in order, per direction; one more is lost")
	w.define("SEND_BUFF", fmt.Sprint(w.c.SendBuff), "octets that a send queue takes")
	w.define("ONCE", fmt.Sprint(w.c.Once), "a listener takes one connection")
	w.define("BEGUN", fmt.Sprint(w.c.Begun), "both users make their first calls before anything else happens")
	w.define("READS", perHost(bit(w.c.Reads[0]), bit(w.c.Reads[1])), "the user takes octets whenever there are some")
	for _, x := range []struct {
		name, doc string
		n         [2]uint8
	}{
		{"MAY_LOSE", "segments of this host that get lost", w.c.Harm.Lose},
		{"MAY_DUPLICATE", "that arrive twice, the second time behind all others", w.c.Harm.Duplicate},
		{"MAY_DELAY", "that arrive whenever they like", w.c.Harm.Delay},
		{"MAY_BE_EARLY", "timers of this host that fire although a segment is under way, or a shorter timer runs", w.c.Harm.Early},
		{"MAY_GIVE_UP", "timers of this host that expire and end its connection", w.c.Harm.GiveUp},
		{"MAY_ICMP", "ICMP errors that reach this host", w.c.Harm.ICMP},
	} {
		w.define(x.name, "("+perProcess(x.n, "_pid == 0")+")", x.doc)
		w.define("PEER_"+x.name, "("+perProcess(x.n, "_pid == 1")+")", "")
	}
	w.define("WAIT_IS_OVER", "("+w.waits()+")", "the user goes on")
	w.Line("")
}

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// perHost is a constant, or one for each host.
func perHost(a, b uint32) string {
	if a == b {
		return fmt.Sprint(a)
	}
	return fmt.Sprintf("(_pid == 0 -> %d : %d)", a, b)
}

func perProcess(n [2]uint8, first string) string {
	if n[0] == n[1] {
		return fmt.Sprint(n[0])
	}
	return fmt.Sprintf("%s -> %d : %d", first, n[0], n[1])
}

// calls writes the choices that the scripts are: one option of an if for each call.
func (w *writer) calls() string {
	var b strings.Builder
	for i, script := range w.c.Script {
		for k, call := range script {
			if call.Op.Waits() {
				continue
			}
			when := w.turn(i, k)
			if call.Quiet {
				when += " && quiet"
			}
			fmt.Fprintf(&b, "\t:: d_step { _pid == %d && my.Next == %d && CAN_%s%s -> happens = CALL; call = %s; octets = %d; }\n",
				i, k, call.Op, when, call.Op, call.N)
		}
	}
	return b.String()
}

// turn is the condition that a call is not made before those that begin the world.
func (w *writer) turn(host, call int) string {
	switch {
	case !w.c.Begun || host == 0 && call == 0:
		return ""
	case call == 0:
		return " && your.Next > 0"
	}
	return " && begun"
}

// waits is the condition that a user waits for, and has come.
func (w *writer) waits() string {
	var list []string
	for i, script := range w.c.Script {
		for k, call := range script {
			if call.Op.Waits() {
				list = append(list, fmt.Sprintf("_pid == %d && my.Next == %d && CAN_%s", i, k, call.Op))
			}
		}
	}
	if len(list) == 0 {
		return "false"
	}
	return strings.Join(list, " || ")
}
