package sim

import (
	"fmt"
	"strconv"
	"strings"
)

var (
	callNames   = [numCallKinds]string{"open", "listen", "unlisten", "send", "urgent", "receive", "half-close", "close", "abort", "datagram", "keep-alive", "cancel", "shut"}
	faultNames  = [numFaultKinds]string{"lose", "duplicate", "reorder", "delay", "corrupt"}
	endingNames = [numEndings]string{"peace", "gone", "abort"}
)

const controlBits = "FSRPAUEC" // from the lowest bit of the field to the highest

func (k CallKind) String() string  { return nameOf(callNames[:], int(k)) }
func (k FaultKind) String() string { return nameOf(faultNames[:], int(k)) }
func (k Ending) String() string    { return nameOf(endingNames[:], int(k)) }

func nameOf(names []string, i int) string {
	if i >= len(names) {
		return "?" + strconv.Itoa(i)
	}
	return names[i]
}

// String is the case in one line: words that Parse reads, in the order seed,
// network, hosts, calls ("A+10:send:100": host A, 10 ms after its last call),
// faults ("A#3:delay:40": the fourth packet that A sends), insertions.
func (c Case) String() string {
	w := words{}
	w.add("seed=%d", c.Seed)
	if c.Delay != [sides]int32{} {
		w.add("delay=%d,%d", c.Delay[A], c.Delay[B])
	}
	if c.Batch {
		w.add("batch")
	}
	if c.Block {
		w.add("block")
	}
	if c.Cut != 0 || c.Ending != 0 {
		w.add("cut=%d:%v", c.Cut, c.Ending)
	}
	for side := A; side < sides; side++ {
		if h := c.Hosts[side]; h != (Host{}) {
			w.add("%v=%v", side, h)
		}
	}
	for _, x := range c.Calls {
		w.add("%v", x)
	}
	for _, x := range c.Faults {
		w.add("%v", x)
	}
	for _, x := range c.Insert {
		w.add("%v", x)
	}
	return strings.Join(w, " ")
}

type words []string

func (w *words) add(format string, args ...any) { *w = append(*w, fmt.Sprintf(format, args...)) }

// item adds a number that is not zero.
func (w *words) item(name string, n int64) {
	if n != 0 {
		w.add("%s:%d", name, n)
	}
}

func (w *words) flag(name string, on bool) {
	if on {
		w.add("%s", name)
	}
}

func (h Host) String() string {
	w := words{}
	w.item("iss", int64(h.ISS))
	w.item("shift", int64(h.Shift))
	w.item("age", int64(h.Age))
	w.item("mtu", int64(h.MTU))
	w.item("snd", int64(h.Send))
	w.item("rcv", int64(h.Receive))
	w.item("pieces", int64(h.Pieces))
	for _, f := range h.flags() {
		w.flag(f.name, *f.on)
	}
	return strings.Join(w, ",")
}

type hostFlag struct {
	name string
	on   *bool
}

func (h *Host) flags() []hostFlag {
	return []hostFlag{
		{"nodelay", &h.NoDelay}, {"ack", &h.AckAtOnce}, {"ws", &h.Scale}, {"ts", &h.Timestamps},
		{"keepalive", &h.KeepAlive}, {"impatient", &h.Impatient},
	}
}

func (c Call) String() string {
	s := fmt.Sprintf("%v+%d:%v", c.Host, c.After, c.Kind)
	if c.N != 0 {
		s += fmt.Sprintf(":%d", c.N)
	}
	return s
}

func (f Fault) String() string {
	s := fmt.Sprintf("%v#%d:%v", f.From, f.Packet, f.Kind)
	if f.By != 0 {
		s += fmt.Sprintf(":%d", f.By)
	}
	return s
}

func (i Insertion) String() string {
	w := words{}
	w.add(">%v@%d:%s", i.To, i.At, control(i.CTL))
	w.item("seq", int64(i.Segment.SEQ))
	w.item("ack", int64(i.Segment.ACK))
	w.item("len", int64(i.Segment.LEN))
	w.item("wnd", int64(i.Segment.WND))
	w.item("up", int64(i.Segment.UP))
	w.item("mss", int64(i.MSS))
	w.item("ws", int64(i.Scale))
	w.item("ts", int64(i.Stamp))
	w.flag("alien", i.Alien)
	w.item("icmp", int64(i.ICMP))
	return strings.Join(w, ",")
}

func control(ctl uint8) string {
	var s strings.Builder
	for i := range controlBits {
		if ctl>>i&1 != 0 {
			s.WriteByte(controlBits[i])
		}
	}
	return s.String()
}
