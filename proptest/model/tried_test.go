package model

import (
	"reflect"
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// leaving leaves LAST-ACK on any acknowledgment.
type leaving struct{ Generated }

func (l leaving) SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	last, ack, una := t.State == tcp.LastAck, seg.ACK, t.SND.UNA
	l.Generated.SegmentArrives(t, seg, out)
	if last && t.State == tcp.LastAck && out.NSend == 0 && ack == una {
		*t, out.Signals = tcp.TCB{State: tcp.Closed, Settings: t.Settings}, out.Signals|1<<tcp.SignalCloseAcknowledged
	}
}

// What was tried is told so that it can be told from everything else that is tried there.
func TestTrialsAreTold(t *testing.T) {
	for _, c := range some(Configs()) {
		s := newSpace(c, (&Options{}).core(), "")
		if _, err := explore.Run(t.Context(), s, explore.Options{MaxStates: 3000}); err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			for _, n := range s.gallery.all(i) {
				told := map[string]trial{}
				for _, x := range s.c.trials(i, &n.host, nil) {
					y, known := told[x.text()]
					if told[x.text()] = x; known && !reflect.DeepEqual(x, y) {
						t.Fatalf("%s: %q is %+v and %+v", c.Name, x.text(), x, y)
					}
				}
			}
		}
	}
}

// A trace that ends with a trial, or a call that is only tried, is judged by that alone: not by others that break
// the property at the same hosts.
func TestJudgedByWhatWasTried(t *testing.T) {
	for _, c := range []struct {
		config, property string
		core             func() Core
	}{
		{"time-wait-stamped", "FIN-acknowledged", func() Core { return leaving{} }},
		{"handshake-close", "receive-advances", literally(t, "B9")},
		{"handshake-close", "STATUS", func() Core { return curious{} }},
	} {
		found := failing(t, c.config, c.property, c.core)
		broken := func(end ...Scheduled) bool {
			shorter := *found
			shorter.Schedule = append(found.Schedule[:len(found.Schedule)-1:len(found.Schedule)-1], end...)
			r, err := Replay(Find(c.config), c.core, &shorter)
			if r == nil {
				t.Fatal(err)
			}
			return r.Broken
		}
		last := found.Schedule[len(found.Schedule)-1]
		if last.Event.Kind < Tried || !broken(last) {
			t.Errorf("%s: %v does not break it", c.property, last)
		}
		other := Scheduled{Event{Tried, last.Event.Host, 0}, "if " + hostName(last.Event.Host) + " called SEND 1"}
		for _, end := range [][]Scheduled{nil, {other}, {{Event{Poked, last.Event.Host, uint16(PokeRetransmitOld)}, ""}}} {
			if broken(end...) {
				t.Errorf("%s is said to be broken by %v", c.property, end)
			}
		}
	}
}
