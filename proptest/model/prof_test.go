package model

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func TestProf(t *testing.T) {
	name := os.Getenv("CFG")
	for _, c := range Configs() {
		if name != "" && name != c.Name {
			continue
		}
		t0 := cpu()
		sp := &space{c: c, core: func() Core { return Generated{} }}
		r, err := explore.Run(context.Background(), sp, explore.Options{Workers: 1, KeepGoing: os.Getenv("GO") != "", MaxStates: 20e6})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(r)
		fmt.Println("cpu", cpu()-t0, "states/cpu-s", float64(r.States)/(cpu()-t0).Seconds())
		for _, b := range r.Breaches {
			fmt.Println("BROKEN", Properties[b.Property].Name, "depth", b.Depth)
			show(c, sp, b.Trace)
		}
		if os.Getenv("W") != "" {
			for i, w := range r.Witnesses {
				if w.Count == 0 && i < len(Properties) && Properties[i].Live == nil {
					fmt.Print(w.Name, "; ")
				}
			}
			fmt.Println()
		}
	}
}

func show(c *Config, sp *space, tr []explore.Move) {
	var w World
	for i, m := range tr {
		c.Decode(m.State, &w)
		if i > 0 {
			fmt.Printf("  %2d %s\n", i, c.Text(eventOf(m.Label)))
		}
		for j := range w.Host {
			h := &w.Host[j]
			t := &h.TCB
			fmt.Printf("       %c %v una %d nxt %d wnd %d rcv %d wnd %d adv %d timers %b sub %d front %d got %d read %d held %b/%d eof %v end %d", 'A'+j, t.State, int32(t.SND.UNA-t.ISS), int32(t.SND.NXT-t.ISS), t.SND.WND, int32(t.RCV.NXT-t.IRS), t.RCV.WND, int32(t.RCV.ADV-t.IRS), t.Timers, h.Submitted, h.Front, h.Received, h.Read, h.Held, h.HeldFIN, h.EOF, h.Ended)
			fmt.Print("  way:")
			n := &w.Net[j]
			for _, p := range n.Seg[:n.N] {
				fmt.Printf(" <%d,%d,%v,len %d,wnd %d>", int32(p.SEQ-c.ISS[j]), int32(p.ACK-c.ISS[1-j]), p.CTL, p.Len(), p.WND)
			}
			if n.Late {
				p := n.Slow
				fmt.Printf(" late<%d,%d,%v,len %d,wnd %d>", int32(p.SEQ-c.ISS[j]), int32(p.ACK-c.ISS[1-j]), p.CTL, p.Len(), p.WND)
			}
			fmt.Println()
		}
	}
}
