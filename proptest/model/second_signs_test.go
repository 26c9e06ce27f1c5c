package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// Signs is what a step shows at first sight. Most properties are about few steps; by
// signs they are left alone with the others.
type signs uint16

const (
	Lives        signs = 1 << iota // the connection is the same before and after
	Ends                           // there was a connection, and there is none
	Sends                          // something was sent
	Still                          // nothing was
	SendsNumbers                   // a segment was sent that occupies sequence numbers
	SendsReset                     // one with RST was
	Stamps                         // timestamps were agreed on
	Passes                         // a segment arrived that gets as far as its ACK field
	Acts                           // … its text and FIN are looked at
	Delivers                       // text was delivered
	Advances                       // RCV.NXT has moved
)

// signs tells what the step shows.
func (s *Step) signs() (x signs) {
	b := &s.Before.TCB
	x = sign(Lives, s.lives()) | sign(Ends, s.Ends && !s.Before.vacant()) |
		sign(Sends, len(s.Sent) > 0 || s.Mute) | sign(Still, len(s.Sent) == 0) | sign(Stamps, b.TS.OK) |
		sign(Delivers, s.Out.Set.Has(tcp.EffectDeliver)) | sign(Advances, b.RCV.NXT != s.After.TCB.RCV.NXT)
	for i := range s.Sent {
		p := &s.Sent[i]
		x |= sign(SendsNumbers, p.Len() > 0) | sign(SendsReset, p.CTL.Has(tcp.RST))
	}
	if s.Arrives() && s.passes() {
		x |= Passes | sign(Acts, s.actsIfItPasses())
	}
	return x
}

func sign(x signs, shown bool) signs {
	if shown {
		return x
	}
	return 0
}
