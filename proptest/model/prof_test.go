package model

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func TestProf(t *testing.T) {
	name := os.Getenv("CFG")
	if name == "" {
		return
	}
	var all []*Result
	for _, c := range Configs() {
		if name != "all" && name != c.Name {
			continue
		}
		t0 := cpu()
		r, err := Verify(context.Background(), c, Options{Options: explore.Options{Workers: 1, KeepGoing: os.Getenv("GO") != "", MaxStates: 30e6}, SafetyOnly: os.Getenv("SAFE") != ""})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
		fmt.Printf("%-20s %9d states %10d steps depth %3d term %4d %-24v cpu %5.1fs %5.2fM/s  %4.1f B/state\n", c.Name, r.Report.States, r.Report.Transitions, r.Report.Depth, r.Report.Terminal, r.Report.End, (cpu() - t0).Seconds(), float64(r.Report.States)/(cpu()-t0).Seconds()/1e6, r.Report.OctetsPerState())
		for _, p := range r.Passed {
			fmt.Println("   passed", p.Property.Name, p.Cases)
		}
		for _, f := range r.Failures {
			fmt.Println("BROKEN", f.Property.Name, len(f.Trace.Schedule), "cycle at", f.Trace.Cycle, "ends", f.Trace.Ends)
			rep, err := Replay(c, nil, f.Trace)
			if err != nil {
				fmt.Println(err)
			}
			for _, s := range f.Trace.Schedule {
				fmt.Println("   ", s.Text)
			}
			if rep != nil {
				fmt.Println("still broken:", rep.Broken)
				show(c, rep.Worlds)
				fmt.Println(ladder.String(rep.Ladder(), ladder.Options{Left: "A", Right: "B", Relative: true}))
			}
		}
	}
	p, rules := Vacuous(all)
	fmt.Println("vacuous:", strings.Join(p, " "), "\nrules:", strings.Join(rules, " "))
}

func show(c *Config, ws []World) {
	for _, w := range ws {
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
		fmt.Println()
	}
}
