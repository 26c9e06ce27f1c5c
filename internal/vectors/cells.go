package vectors

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/fields"
)

func (v *Vector) readBefore(state tcp.State, cell string, timestamps bool) error {
	all, err := terms(cell)
	if err != nil {
		return err
	}
	v.Before = standard(state)
	v.Before.Settings.OfferTS = timestamps
	for _, t := range all {
		if err := setBefore(&v.Before, t); err != nil {
			return err
		}
	}
	return derive(&v.Before)
}

func setBefore(b *tcp.TCB, t term) error {
	switch t.name {
	case "origin":
		if t.value != "active" && t.value != "passive" {
			return fmt.Errorf("origin is active or passive, not %q", t.value)
		}
		b.PassiveOpen = t.value == "passive"
		return nil
	case "FIN.SEQ":
		n, err := readNumber(t.value)
		if err == nil && tcp.Seq(n).Add(1) != b.SND.NXT {
			return fmt.Errorf("FIN.SEQ=%d, but a FIN that was sent is number SND.NXT-1 = %d", n, b.SND.NXT-1)
		}
		b.FINSent, b.FINQueued = true, true
		return err
	case "ISS(next)":
		t.name = "ISS"
	case "TS.Recent":
		b.TS.OK = true
	}
	f, ok := fields.Lookup(t.name)
	if !ok {
		return fmt.Errorf("%q is no variable of the TCB; spell it as RFC 9293 does", t.name)
	}
	n, err := readNumber(t.value)
	if err != nil {
		return err
	}
	return f.Set(b, n)
}

func (v *Vector) readSegment(cell string) error {
	all, err := terms(cell)
	if err != nil {
		return err
	}
	seg := &v.Segment
	*seg = tcp.Segment{WND: standardWindow, Listener: true}
	has := map[string]bool{}
	for _, t := range all {
		if has[t.name] {
			return fmt.Errorf("%s stands twice", t.name)
		}
		has[t.name] = true
		if err := setSegment(seg, t); err != nil {
			return err
		}
	}
	if !has["SEQ"] || !has["CTL"] {
		return fmt.Errorf("a segment has at least SEQ=n and CTL=bits (CTL= for none)")
	}
	if has["ACK"] != seg.CTL.Has(tcp.ACK) {
		return fmt.Errorf("ACK=n and the ACK bit in CTL go together")
	}
	for _, bit := range []tcp.Flags{tcp.SYN, tcp.FIN} {
		if seg.CTL.Has(bit) {
			seg.LEN++
		}
	}
	return nil
}

func setSegment(seg *tcp.Segment, t term) (err error) {
	if t.name == "CTL" {
		seg.CTL, err = readFlags(t.value)
		return err
	}
	n, err := readNumber(t.value)
	switch t.name {
	case "SEQ":
		seg.SEQ = tcp.Seq(n)
	case "ACK":
		seg.ACK = tcp.Seq(n)
	case "DATA":
		seg.LEN = n
	case "WND":
		seg.WND = n
	case "UP":
		seg.UP = n
	case "MSS":
		seg.MSS = n
	case "WS":
		seg.WS, seg.HasWS = uint8(n), true
	case "TSval":
		seg.TSval, seg.HasTS = tcp.Stamp(n), true
	default:
		return fmt.Errorf("%q is no field of a segment; write SEQ ACK CTL DATA WND TSval UP MSS WS", t.name)
	}
	return err
}

func (v *Vector) readEmitted(cell string) error {
	all, err := terms(cell)
	if err != nil || len(all) == 0 {
		return err
	}
	var e Emitted
	hasACK := false
	for _, t := range all {
		var n uint32
		switch t.name {
		case "SEQ":
			if above, isNew := strings.CutPrefix(t.value, "ISS(new, >"); isNew {
				e.NewISS = true
				t.value = strings.TrimSuffix(above, ")")
			}
			n, err = readNumber(t.value)
			e.SEQ = tcp.Seq(n)
		case "ACK":
			hasACK = true
			if t.value == "SEG.SEQ+1" {
				e.ACK = v.Segment.SEQ.Add(1)
				break
			}
			n, err = readNumber(t.value)
			e.ACK = tcp.Seq(n)
		case "CTL":
			e.CTL, err = readFlags(t.value)
		case "DATA":
			e.DATA, err = readNumber(t.value)
		default:
			err = fmt.Errorf("%q is no field of an emitted segment; write SEQ ACK CTL DATA", t.name)
		}
		if err != nil {
			return err
		}
	}
	if hasACK != e.CTL.Has(tcp.ACK) {
		return fmt.Errorf("ACK=n and the ACK bit in CTL go together")
	}
	v.Emitted = []Emitted{e}
	return nil
}

func (v *Vector) readChanges(cell string) error {
	if cell == "new TCB" {
		v.NewTCB = true
		return nil
	}
	all, err := terms(cell)
	for _, t := range all {
		f, ok := fields.Lookup(t.name)
		if !ok {
			return fmt.Errorf("%q is no variable of the TCB; spell it as RFC 9293 does", t.name)
		}
		n, err := readNumber(t.value)
		if err != nil {
			return err
		}
		v.Changes = append(v.Changes, fields.Change{Field: f, Was: f.Get(&v.Before), Now: n})
	}
	return err
}
