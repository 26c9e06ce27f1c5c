package spin

import (
	"reflect"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/promela"
	"github.com/lockstep-tcp/lockstep/gen/tla"
	"github.com/lockstep-tcp/lockstep/gen/world"
	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// ops are the lines of a script in both worlds.
var ops = map[model.Op]world.Op{
	model.OpenActive: world.OpenActive, model.OpenPassive: world.OpenPassive,
	model.Send: world.Send, model.SendUrgent: world.SendUrgent,
	model.AwaitOpen: world.AwaitOpen, model.AwaitEOF: world.AwaitEOF, model.AwaitEnd: world.AwaitEnd,
	model.Close: world.Close, model.CloseHalf: world.CloseHalf, model.Abort: world.Abort,
	model.Crash: world.Crash, model.StopListener: world.StopListener,
}

// Export writes the program in the world of a configuration of the explorer as Promela.
// It fails if that world needs more room than the export has.
func Export(p *ir.Program, c *model.Config) ([]byte, error) {
	return promela.Emit(p, World(p, c))
}

// ExportTLA writes the program in the world of a configuration as a TLA+ module, and the
// configuration of TLC beside it.
func ExportTLA(p *ir.Program, c *model.Config) (module, cfg []byte, err error) {
	return tla.Emit(p, World(p, c))
}

// World is the world of a configuration, for gen/promela and gen/tla.
func World(p *ir.Program, c *model.Config) world.Config {
	b := &c.Budget
	x := world.Config{
		Name: c.Name, Doc: c.Doc, States: c.States, Reads: c.Reads, Queue: c.Queue, SendBuff: int(c.SendBuff), Once: c.Once, Begun: c.Begun, Clock: c.Clock,
		Harm: world.Harm{Lose: b.Lose, Duplicate: b.Duplicate, Delay: b.Delay, Early: b.Early, GiveUp: b.GiveUp, ICMP: b.ICMP, Forge: b.Forge},
		Forges: world.Forgery{
			RST: c.Forge&proof.ForgeRST != 0, SYN: c.Forge&proof.ForgeSYN != 0, Text: c.Forge&proof.ForgeText != 0,
			ACK: c.Forge&proof.ForgeACK != 0, Early: c.Forge&proof.ForgeEarly != 0,
		},
	}
	for i := range c.Script {
		x.Settings[i] = settings(p, &c.Settings[i])
		x.Old[i] = former(p, c, i)
		for _, call := range c.Script[i] {
			x.Script[i] = append(x.Script[i], world.Call{Op: ops[call.Op], N: call.N, Quiet: call.Quiet})
		}
	}
	if c.Begun {
		x.Live = c.Live
	}
	return x
}

// former is the segment of host i's former life; nil if there is none.
func former(p *ir.Program, c *model.Config, i int) *world.Segment {
	old := c.Old[i]
	if old == nil {
		return nil
	}
	s := &world.Segment{SEQ: old.SEQ.Sub(c.ISS[i]), DATA: old.DATA}
	if old.CTL.Has(tcp.ACK) {
		s.ACK = old.ACK.Sub(c.ISS[1-i])
	}
	for _, bit := range p.Control {
		if old.CTL>>bit.Index&1 != 0 {
			s.CTL = append(s.CTL, bit.Name)
		}
	}
	return s
}

// settings are the values of a host's settings by their names in the text.
func settings(p *ir.Program, s *tcp.Settings) map[string]uint32 {
	list := map[string]uint32{}
	for _, v := range p.Settings {
		f := reflect.ValueOf(s).Elem()
		for _, name := range ir.Path(v.Name) {
			f = f.FieldByName(name)
		}
		switch {
		case f.Kind() != reflect.Bool:
			list[v.Name] = uint32(f.Uint())
		case f.Bool():
			list[v.Name] = 1
		default:
			list[v.Name] = 0
		}
	}
	return list
}
