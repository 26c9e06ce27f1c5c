package model

import (
	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Configs are the worlds of the text, in its order. Together they let every rule of the
// text fire and every property apply.
func Configs() []*Config { return configs }

// Find is the world of a name; nil if there is none.
func Find(name string) *Config {
	for _, c := range configs {
		if c.Name == name {
			return c
		}
	}
	return nil
}

var configs = func() (list []*Config) {
	for i := range proof.Worlds {
		list = append(list, configOf(&proof.Worlds[i]))
	}
	return list
}()

// configOf is a world of the text as a Config.
func configOf(w *proof.World) *Config {
	c := &Config{
		Name: w.Name, Doc: w.Says, Source: w.Source, Queue: int(w.Carries), Settings: w.Settings, SendBuff: w.Queue, ISS: w.ISS,
		Forge: w.Forges, Clock: w.Clock, Once: w.Once, Begun: w.Begun, Pokes: w.Tries, Live: w.Asks, Shows: w.Shows, States: w.States,
		Budget: Budget{
			Lose: w.Harm.Lose, Duplicate: w.Harm.Duplicate, Delay: w.Harm.Delay, Early: w.Harm.Early,
			GiveUp: w.Harm.GiveUp, ICMP: w.Harm.ICMP, Forge: w.Harm.Forge,
		},
	}
	for i, u := range w.Users {
		if old := w.Old[i]; old != nil {
			c.Old[i] = &Packet{SEQ: old.SEQ, ACK: old.ACK, DATA: uint8(old.DATA), WND: 1, CTL: old.CTL}
			if old.DATA > 0 {
				c.Old[i].Text = textAt(1, old.SEQ.Sub(w.ISS[i])+one(old.CTL.Has(tcp.SYN))-1)
			}
		}
		c.Reads[i] = u.Reads
		for _, a := range u.Script {
			c.Script[i] = append(c.Script[i], Call(a))
		}
	}
	return c
}
