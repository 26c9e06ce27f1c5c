package world

import "github.com/lockstep-tcp/lockstep/gen/ir"

// Smallest is a world in which one user opens, waits and closes, and the other listens.
func Smallest(p *ir.Program) Config {
	c := Config{Name: "smallest", Doc: "one host opens", Queue: 2, SendBuff: 1, Begun: true, Live: []string{"both-end", "no-packet-war"}}
	for i := range c.Settings {
		c.Settings[i] = map[string]uint32{}
		for _, v := range p.Settings {
			c.Settings[i][v.Name] = 0
		}
		c.Settings[i]["RCV.BUFF"], c.Settings[i]["PATH.MSS"] = 2, 1
	}
	c.Script[0] = []Call{{Op: OpenActive}, {Op: AwaitOpen}, {Op: Close, Quiet: true}}
	c.Script[1] = []Call{{Op: OpenPassive}}
	return c
}
