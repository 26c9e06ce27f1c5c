package model

import (
	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// forged is what an attacker may send to a host now, who sees no segment and so
// has to guess. A guess is right, in the window, or out of it; that he guesses
// everything right is left out: nothing could be done about it, and it is what
// makes blind attacks expensive (RFC 5961, 1.2).
func (c *Config) forged(t *tcp.TCB, list []Packet) []Packet {
	synchronized := tcp.Synchronized.Has(t.State)
	if !synchronized && (c.Forge&proof.ForgeEarly == 0 || t.State != tcp.SynReceived && t.State != tcp.SynSent) {
		return list
	}
	if t.State == tcp.SynSent {
		return c.forgedEarly(t, list)
	}
	next, inside := t.RCV.NXT, t.RCV.NXT.Add(1)
	outside, old := t.RCV.NXT.Add(far), t.RCV.NXT-1
	tooNew, tooOld, fine := t.SND.NXT.Add(1), t.SND.UNA-1-tcp.Seq(t.MAX.SND.WND), t.SND.UNA
	add := func(kind Forgery, seq, ack tcp.Seq, data uint8, ctl tcp.Flags) {
		if c.Forge&kind != 0 {
			p := Packet{SEQ: seq, DATA: data, WND: 1, CTL: ctl, Options: Forged}
			if ctl.Has(tcp.ACK) {
				p.ACK = ack
			}
			if data > 0 {
				p.Text = Garbage
			}
			list = append(list, p)
		}
	}
	if t.RCV.WND > 1 {
		add(proof.ForgeRST, inside, 0, 0, tcp.RST)
	}
	add(proof.ForgeRST, outside, 0, 0, tcp.RST)
	add(proof.ForgeRST, old, fine, 0, tcp.RST|tcp.ACK)
	if synchronized {
		add(proof.ForgeSYN, next, 0, 0, tcp.SYN)
	}
	add(proof.ForgeSYN, outside, 0, 0, tcp.SYN)
	add(proof.ForgeSYN, outside, tooNew, 0, tcp.SYN|tcp.ACK)
	add(proof.ForgeText, next, tooNew, 1, tcp.ACK)
	add(proof.ForgeText, next, tooOld, 1, tcp.ACK|tcp.FIN)
	add(proof.ForgeText, next, tooNew, 0, tcp.ACK|tcp.FIN)
	add(proof.ForgeText, outside, fine, 1, tcp.ACK)
	add(proof.ForgeACK, next, tooNew, 0, tcp.ACK)
	add(proof.ForgeACK, next, tooOld, 0, tcp.ACK)
	add(proof.ForgeACK, outside, t.SND.NXT, 0, tcp.ACK)
	return list
}

// forgedEarly is for a host in SYN-SENT, whose one secret is its ISS.
func (c *Config) forgedEarly(t *tcp.TCB, list []Packet) []Packet {
	if c.Forge&proof.ForgeRST != 0 {
		list = append(list,
			Packet{SEQ: t.ISS.Add(far), CTL: tcp.RST, Options: Forged},
			Packet{SEQ: t.ISS.Add(far), ACK: t.ISS, CTL: tcp.RST | tcp.ACK, Options: Forged})
	}
	if c.Forge&proof.ForgeACK != 0 {
		list = append(list,
			Packet{SEQ: t.ISS.Add(far), ACK: t.ISS.Add(2), CTL: tcp.SYN | tcp.ACK, Options: Forged},
			Packet{SEQ: t.ISS.Add(far), ACK: t.ISS.Add(1), CTL: tcp.ACK, Options: Forged})
	}
	return list
}
