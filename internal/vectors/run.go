package vectors

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/fields"
)

// A Mismatch is one thing that came out otherwise than the vector says.
type Mismatch struct {
	What string `json:"what"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

// A Result is what one vector came to.
type Result struct {
	Vector     *Vector    `json:"-"`
	ID         string     `json:"id"`
	Place      string     `json:"place"` // file:line
	Mismatches []Mismatch `json:"mismatches,omitempty"`
	NotFired   []string   `json:"not_fired,omitempty"` // labels of the rules column that no rule that fired carries
	Fired      []string   `json:"fired"`               // names of the rules that fired
}

// Passed tells whether everything came out as the vector says, the rules column apart.
func (r *Result) Passed() bool { return len(r.Mismatches) == 0 }

// signals are the user's news that vectors speak of.
var signals = map[string]tcp.Signal{
	"refused": tcp.SignalConnectionRefused,
	"reset":   tcp.SignalConnectionReset,
	"closing": tcp.SignalConnectionClosing,
}

// watched are the variables whose change a vector must name.
var watched = []string{"SND.UNA", "SND.NXT", "SND.WND", "RCV.NXT"}

// newISSAbove is how far above the old numbers the new incarnation begins.
const newISSAbove = 64000

// An outcome is what the machine did.
type outcome struct {
	after     tcp.TCB
	sent      []tcp.Sent
	delivered uint32
	signals   tcp.SignalSet
	fired     []tcp.RuleID
}

// Arrives is SEGMENT ARRIVES of a machine.
type Arrives func(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects)

// Run gives the segment to the shipped machine and compares.
func (v *Vector) Run() *Result { return v.RunOn((*tcp.TCB).SegmentArrives) }

// RunOn gives the segment to a machine and compares.
func (v *Vector) RunOn(arrives Arrives) *Result {
	got := v.play(arrives)
	r := &Result{Vector: v, ID: v.ID, Place: fmt.Sprintf("%s:%d", v.File, v.Line)}
	r.compare("next_state", v.Next.String(), got.after.State.String())
	r.compare("emitted", v.wantEmitted(), v.gotEmitted(got.sent))
	if v.keepsTCB() {
		r.compare("tcb_changes", wantChanges(v.Changes), gotChanges(v, &got.after))
	}
	r.compare("octets_delivered", fmt.Sprint(v.Delivered), fmt.Sprint(got.delivered))
	r.compare("signal", v.Signal, gotSignal(got.signals))
	for _, id := range got.fired {
		r.Fired = append(r.Fired, id.String())
	}
	for _, label := range v.Rules {
		if !slices.ContainsFunc(got.fired, func(id tcp.RuleID) bool { return slices.Contains(tcp.Rules[id].Labels, label) }) {
			r.NotFired = append(r.NotFired, label)
		}
	}
	return r
}

func (r *Result) compare(what, want, got string) {
	if want != got {
		r.Mismatches = append(r.Mismatches, Mismatch{what, want, got})
	}
}

// keepsTCB tells whether there are variables to compare afterwards: not after
// the connection has gone, nor when the listener's fork has others.
func (v *Vector) keepsTCB() bool {
	return !v.NewTCB && v.Next != tcp.Closed && (v.Next != tcp.Listen || v.Before.State == tcp.Listen)
}

func (v *Vector) play(arrives Arrives) outcome {
	got := outcome{after: v.Before}
	seg := v.Segment // the machine trims it
	var out tcp.Effects
	arrives(&got.after, &seg, &out)
	got.take(&out)
	if out.Set.Has(tcp.EffectReopen) {
		// What the environment does when asked: the segment goes to a fork of the listener.
		got.after = standard(tcp.Listen)
		got.after.Settings.OfferTS = v.Before.Settings.OfferTS
		got.after.ISS = out.Reopen.Above.Add(newISSAbove)
		seg = v.Segment
		arrives(&got.after, &seg, &out)
		got.take(&out)
	}
	return got
}

func (o *outcome) take(out *tcp.Effects) {
	o.sent = append(o.sent, out.Send[:out.NSend]...)
	if out.Set.Has(tcp.EffectDeliver) {
		o.delivered += out.Deliver.Count
	}
	o.signals |= out.Signals
	for id := range out.Rules.Each() {
		o.fired = append(o.fired, id)
	}
}

func (v *Vector) wantEmitted() string {
	var all []string
	for _, e := range v.Emitted {
		seq := fmt.Sprint(e.SEQ)
		if e.NewISS {
			seq = fmt.Sprintf("ISS(new, >%d)", e.SEQ)
		}
		all = append(all, segmentText(seq, e.ACK, e.DATA, e.CTL))
	}
	return orDash(strings.Join(all, "; "))
}

// gotEmitted writes what was sent in the words of wantEmitted, so that a new
// ISS above the old numbers reads the same.
func (v *Vector) gotEmitted(sent []tcp.Sent) string {
	var all []string
	for i, s := range sent {
		seq := fmt.Sprint(s.SEQ)
		if i < len(v.Emitted) && v.Emitted[i].NewISS && v.Emitted[i].SEQ.Less(s.SEQ) {
			seq = fmt.Sprintf("ISS(new, >%d)", v.Emitted[i].SEQ)
		}
		all = append(all, segmentText(seq, s.ACK, s.DATA, s.CTL))
	}
	return orDash(strings.Join(all, "; "))
}

func segmentText(seq string, ack tcp.Seq, data uint32, ctl tcp.Flags) string {
	s := "SEQ=" + seq
	if ctl.Has(tcp.ACK) {
		s += fmt.Sprintf(" ACK=%d", ack)
	}
	s += " CTL=" + ctl.String()
	if data > 0 {
		s += fmt.Sprintf(" DATA=%d", data)
	}
	return s
}

func wantChanges(changes []fields.Change) string {
	var all []string
	for _, c := range changes {
		all = append(all, c.String())
	}
	slices.Sort(all)
	return orDash(strings.Join(all, " "))
}

// gotChanges lists the watched variables and those that the vector names.
func gotChanges(v *Vector, after *tcp.TCB) string {
	var all []string
	for _, c := range fields.Diff(&v.Before, after) {
		named := slices.ContainsFunc(v.Changes, func(w fields.Change) bool { return w.Field.Name == c.Field.Name })
		if named || slices.Contains(watched, c.Field.Name) {
			all = append(all, c.String())
		}
	}
	slices.Sort(all)
	return orDash(strings.Join(all, " "))
}

func gotSignal(set tcp.SignalSet) string {
	var all []string
	for _, word := range []string{"refused", "reset", "closing"} {
		if set.Has(signals[word]) {
			all = append(all, word)
		}
	}
	return orDash(strings.Join(all, " "))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
