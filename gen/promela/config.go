package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/world"
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
	w.numbers()
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
		{"MAY_FORGE", "forged segments that reach it", w.c.Harm.Forge},
	} {
		w.define(x.name, "("+perProcess(x.n, "_pid == 0")+")", x.doc)
		w.define("PEER_"+x.name, "("+perProcess(x.n, "_pid == 1")+")", "")
	}
	w.define("CLOCK", fmt.Sprint(bit(w.c.Clock)), "timestamps move on when time passes")
	w.define("former", "("+orTrue(formers(w.c))+")", "what is still under way of a former life is put there, and its sender is in his second")
	w.define("WAIT_IS_OVER", "("+w.waits()+")", "the user goes on")
	w.Line("")
}

// numbers says how large numbers become.
func (w *writer) numbers() {
	widest, far := "255", "128"
	if w.wide() {
		widest, far = "65535", "4194304"
	}
	w.define("NUMBER", w.number(), "what sequence numbers and windows are kept in")
	w.define("WIDEST", widest, "the largest window that a header can say; it has 65535")
	w.define("FAR", far, "where a reset goes whose sequence number is the plain number zero: FIRST + FAR is nobody's")
}

// wide tells whether a byte is too small for windows, or for the size of segments.
func (w *writer) wide() bool {
	for _, settings := range w.c.Settings {
		if settings["RCV.BUFF"] > 16 || settings["PATH.MSS"] > 255 {
			return true
		}
	}
	return false
}

func (w *writer) number() string {
	if w.wide() {
		return "int"
	}
	return "byte"
}

// formers are the conditions that hosts which had a former life are in their second.
func formers(c world.Config) (all []string) {
	for i, old := range c.Old {
		if old != nil {
			all = append(all, fmt.Sprintf("h[%d].Lives > 0", i))
		}
	}
	return all
}

func orTrue(all []string) string {
	if len(all) == 0 {
		return "true"
	}
	return strings.Join(all, " && ")
}

// former writes the choice that puts segments of a former life where they are when the world begins.
func (w *writer) former() string {
	if len(formers(w.c)) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\t/* of a former life: the segments that are still under way; their senders are in their second */\n")
	b.WriteString("\t:: d_step { _pid == 0 && !former ->\n")
	for i, s := range w.c.Old {
		if s == nil {
			continue
		}
		text, ack := "GARBAGE", "0"
		if s.DATA > 0 {
			text = fmt.Sprintf("text_at(1, %d)", s.Position())
		}
		if s.Has("ACK") {
			ack = fmt.Sprintf("FIRST + %d", s.ACK)
		}
		fmt.Fprintf(&b, "\t\th[%d].Lives = 1; late[%d]!FIRST + %d, %s, 1, %d, 0, %s, %s, 0;\n",
			i, i, s.SEQ, ack, s.DATA, text, strings.Join(s.CTL, " | "))
	}
	b.WriteString("\t\tNOTE(0); }\n")
	return b.String()
}

// attack is what an attacker knows and may forge, and the choices that he has.
func (w *writer) attack() (definitions, forgeries string) {
	if !w.c.Attacked() {
		return "", ""
	}
	kinds := w.Apart(func() {
		f := w.c.Forges
		w.define("FORGES_RST", fmt.Sprint(f.RST), "")
		w.define("FORGES_SYN", fmt.Sprint(f.SYN), "")
		w.define("FORGES_TEXT", fmt.Sprint(f.Text), "text, and FIN")
		w.define("FORGES_ACK", fmt.Sprint(f.ACK), "")
		w.define("FORGES_EARLY", fmt.Sprint(f.Early), "also at a connection that is not yet synchronized")
	})
	definitions, forgeries, _ = strings.Cut(attack, "//@choices\n")
	return kinds + definitions, forgeries
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
		if len(formers(w.c)) == 0 {
			return ""
		}
		return " && former"
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
