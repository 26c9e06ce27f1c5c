package link_test

import (
	"errors"
	"math/bits"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

const ms = time.Millisecond

// sendSpaced sends packets one at a time, with a pause between them.
func sendSpaced(t *testing.T, pause time.Duration, texts []string) func(*link.FaultLink) {
	return func(a *link.FaultLink) {
		for i, text := range texts {
			if i > 0 && pause > 0 {
				time.Sleep(pause)
			}
			send(t, a, text)
		}
	}
}

func wantTimes(t *testing.T, got []time.Duration, want ...time.Duration) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("arrived at %v, want %v", got, want)
	}
}

func TestNoFaults(t *testing.T) {
	got, counters := bubble(t, link.Faults{}, sendSpaced(t, ms, numbered(3)))
	wantTexts(t, got.texts, numbered(3)...)
	wantTimes(t, got.times, 0, ms, 2*ms)
	if want := (link.FaultCounters{Packets: 3}); counters != want {
		t.Errorf("counted %+v, want %+v", counters, want)
	}
}

// In a bubble a delay of an hour and a half costs nothing, and is exact.
func TestDelayIsExactInVirtualTime(t *testing.T) {
	const delay = 50 * time.Minute
	began := time.Now()
	got, _ := bubble(t, link.Faults{Delay: delay}, sendSpaced(t, ms, numbered(3)))
	wantTexts(t, got.texts, numbered(3)...)
	wantTimes(t, got.times, delay, delay+ms, delay+2*ms)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v of real time", took)
	}
}

func TestWhatArrivesTogetherKeepsItsOrder(t *testing.T) {
	got, _ := bubble(t, link.Faults{Delay: 5 * ms}, sendSpaced(t, 0, numbered(500)))
	wantTexts(t, got.texts, numbered(500)...)
	if got.times[499] != 5*ms {
		t.Errorf("the last arrived at %v", got.times[499])
	}
}

func TestJitterKeepsTheOrder(t *testing.T) {
	got, counters := bubble(t, link.Faults{Delay: 5 * ms, Jitter: 3 * ms}, sendSpaced(t, 100*time.Microsecond, numbered(300)))
	wantTexts(t, got.texts, numbered(300)...)
	different := map[time.Duration]bool{}
	for i, at := range got.times {
		late := at - time.Duration(i)*100*time.Microsecond
		different[late] = true
		if late < 5*ms || late > 8*ms {
			t.Errorf("packet %d took %v", i+1, late)
		}
	}
	if len(different) < 20 {
		t.Errorf("only %d different delays", len(different))
	}
	if counters.Delayed != 0 {
		t.Errorf("counted %+v", counters)
	}
}

func TestReorder(t *testing.T) {
	got, counters := bubble(t, link.Faults{Delay: ms, Reorder: 0.1, Hold: 5 * ms}, sendSpaced(t, ms, numbered(500)))
	overtaken := 0
	for i := 1; i < len(got.texts); i++ {
		if got.texts[i] < got.texts[i-1] {
			overtaken++
		}
	}
	if len(got.texts) != 500 || counters.Delayed < 25 || counters.Delayed > 100 || overtaken == 0 {
		t.Errorf("%d arrived, %d were overtaken, counted %+v", len(got.texts), overtaken, counters)
	}
	if all := slices.Sorted(slices.Values(got.texts)); !slices.Equal(all, numbered(500)) {
		t.Error("other packets arrived than were sent")
	}
}

func TestProbabilities(t *testing.T) {
	const n = 4000 // fits into the queue, duplicates included, only as the receiver reads
	got, counters := bubble(t, link.Faults{Loss: 0.1, Duplicate: 0.05, Corrupt: 0.02}, sendSpaced(t, ms, numbered(n)))
	about := func(what string, got uint64, want float64) {
		if float64(got) < want*0.7 || float64(got) > want*1.3 {
			t.Errorf("%s: %d, want about %.0f", what, got, want)
		}
	}
	about("lost", counters.Lost, n*0.1)
	about("duplicated", counters.Duplicated, n*0.9*0.05)
	about("corrupted", counters.Corrupted, n*0.9*0.02)
	if want := n - counters.Lost + counters.Duplicated; uint64(len(got.texts)) != want {
		t.Errorf("%d arrived, want %d of %+v", len(got.texts), want, counters)
	}
}

func TestSameSeedSameFaults(t *testing.T) {
	run := func(seed uint64, faults link.Faults) (texts []string) {
		synctest.Test(t, func(t *testing.T) {
			near, far := link.Pipe(link.PipeConfig{})
			a := link.WithFaults(near, link.FaultConfig{Seed: seed, Out: faults})
			c := collect(far)
			sendSpaced(t, 100*time.Microsecond, numbered(300))(a)
			time.Sleep(time.Second)
			far.Close()
			a.Close()
			<-c.done
			texts = c.texts
		})
		return texts
	}
	everything := link.Faults{Loss: .1, Duplicate: .1, Corrupt: .1, Reorder: .1, Delay: ms, Jitter: ms, Rate: 10_000_000}
	if !slices.Equal(run(1, everything), run(1, everything)) {
		t.Error("the same seed made other faults")
	}
	if slices.Equal(run(1, everything), run(2, everything)) {
		t.Error("another seed made the same faults")
	}
	// What is lost does not depend on what else goes wrong.
	alone := run(1, link.Faults{Loss: .1})
	among := run(1, link.Faults{Loss: .1, Duplicate: .3, Jitter: ms})
	if !slices.Equal(alone, slices.Compact(among)) {
		t.Error("duplication changed what is lost")
	}
}

func TestDirectionsHaveTheirOwnChance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := link.Pipe(link.PipeConfig{})
		lossy := link.Faults{Loss: 0.5}
		a := link.WithFaults(near, link.FaultConfig{Seed: 3, Out: lossy, In: lossy})
		inbound, outbound := collect(a), collect(far)
		send(t, a, numbered(50)...)
		send(t, far, numbered(50)...)
		synctest.Wait()
		a.Close()
		far.Close()
		<-inbound.done
		<-outbound.done
		if slices.Equal(inbound.texts, outbound.texts) {
			t.Error("the same packets were lost in both directions")
		}
	})
}

// A packet that is due is passed on before one that is sent at that instant,
// whether the timer or the sender comes first.
func TestDueComesBeforeNew(t *testing.T) {
	for range 50 {
		script := []link.Fault{{Packet: 1, Kind: link.Delayed, By: ms}}
		got, _ := bubble(t, link.Faults{Script: script}, func(a *link.FaultLink) {
			now := time.NewTimer(ms)
			send(t, a, "late")
			<-now.C
			send(t, a, "new")
		})
		wantTexts(t, got.texts, "late", "new")
	}
}

func TestCorruptionChangesOneBit(t *testing.T) {
	got, _ := bubble(t, link.Faults{Corrupt: 1}, sendSpaced(t, ms, []string{"0123456789", "", "\x00"}))
	for i, want := range []string{"0123456789", "", "\x00"} {
		changed := 0
		for j := range want {
			changed += bits.OnesCount8(want[j] ^ got.texts[i][j])
		}
		if changed != min(1, len(want)) || len(got.texts[i]) != len(want) {
			t.Errorf("%q became %q", want, got.texts[i])
		}
	}
}

func TestScript(t *testing.T) {
	cases := []struct {
		name   string
		script []link.Fault
		want   []string
	}{
		{"nothing", nil, []string{"a", "b", "c", "d"}},
		{"the second is lost", []link.Fault{{Packet: 2, Kind: link.Lost}}, []string{"a", "c", "d"}},
		{"the first twice", []link.Fault{{Packet: 1, Kind: link.Duplicated}}, []string{"a", "a", "b", "c", "d"}},
		{"the first after the third", []link.Fault{{Packet: 1, Kind: link.Delayed, By: 5 * ms / 2}}, []string{"b", "c", "a", "d"}},
		{"delayed once more", []link.Fault{{Packet: 1, Kind: link.Delayed, By: 2 * ms}, {Packet: 1, Kind: link.Delayed, By: 3 * ms / 2}},
			[]string{"b", "c", "d", "a"}},
		{"bit 6 of the third", []link.Fault{{Packet: 3, Kind: link.Corrupted, Bit: 6}}, []string{"a", "b", "a", "d"}},
		{"bits beyond the packet begin anew", []link.Fault{{Packet: 3, Kind: link.Corrupted, Bit: 14}}, []string{"a", "b", "a", "d"}},
		{"late, with a copy in time", []link.Fault{{Packet: 1, Kind: link.Duplicated}, {Packet: 1, Kind: link.Delayed, By: 3 * ms / 2}},
			[]string{"a", "b", "a", "c", "d"}},
		{"in any order", []link.Fault{{Packet: 4, Kind: link.Lost}, {Packet: 9, Kind: link.Lost}, {Packet: 1, Kind: link.Lost}}, []string{"b", "c"}},
		{"no such packet", []link.Fault{{Packet: 0, Kind: link.Lost}, {Packet: -1, Kind: link.Lost}}, []string{"a", "b", "c", "d"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := slices.Clone(c.script)
			got, _ := bubble(t, link.Faults{Script: c.script}, sendSpaced(t, ms, []string{"a", "b", "c", "d"}))
			wantTexts(t, got.texts, c.want...)
			if !slices.Equal(before, c.script) {
				t.Error("the script was changed")
			}
		})
	}
}

// 100 octets at 800 kbit/s take a millisecond.
func TestRate(t *testing.T) {
	texts := make([]string, 10)
	for i := range texts {
		texts[i] = string(make([]byte, 100))
	}
	faults := link.Faults{Rate: 800_000, Delay: 5 * ms, Queue: 350}
	got, counters := bubble(t, faults, func(a *link.FaultLink) {
		send(t, a, texts...)
		time.Sleep(20 * ms)
		send(t, a, texts[0])
	})
	// One is on the line; behind it waits as much as is allowed, and what begins below that.
	wantTimes(t, got.times, 6*ms, 7*ms, 8*ms, 9*ms, 26*ms)
	if want := (link.FaultCounters{Packets: 11, Overflowed: 6}); counters != want {
		t.Errorf("counted %+v, want %+v", counters, want)
	}
}

func TestInboundFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := link.Pipe(link.PipeConfig{})
		a := link.WithFaults(near, link.FaultConfig{In: link.Faults{
			Delay: 3 * ms, Script: []link.Fault{{Packet: 2, Kind: link.Lost}},
		}})
		c := collect(a)
		send(t, far, "1", "2", "3")
		send(t, a, "out")
		wantTexts(t, recv(t, far), "out") // not delayed
		time.Sleep(time.Second)
		a.Close()
		<-c.done
		wantTexts(t, c.texts, "1", "3")
		wantTimes(t, c.times, 3*ms, 3*ms)
		if want := (link.FaultCounters{Packets: 3, Lost: 1}); a.Counters(link.Inbound) != want {
			t.Errorf("counted %+v, want %+v", a.Counters(link.Inbound), want)
		}
	})
}

func TestCut(t *testing.T) {
	for name, in := range map[string]link.Faults{"without faults": {}, "with faults": {Delay: ms}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := link.Pipe(link.PipeConfig{})
				a := link.WithFaults(near, link.FaultConfig{In: in})
				inbound, outbound := collect(a), collect(far)
				both := func(text string) {
					send(t, a, text)
					send(t, far, text)
					time.Sleep(10 * ms)
				}
				both("1")
				a.Cut(link.Outbound, true)
				both("2")
				a.Cut(link.Inbound, true)
				both("3")
				a.Cut(link.Outbound, false)
				a.Cut(link.Inbound, false)
				both("4")
				a.Close()
				far.Close()
				<-inbound.done
				<-outbound.done
				wantTexts(t, outbound.texts, "1", "4")
				wantTexts(t, inbound.texts, "1", "2", "4")
				if lost := a.Counters(link.Inbound).Lost; lost != 1 {
					t.Errorf("%d packets were counted as lost", lost)
				}
			})
		})
	}
}

// Packets that are late when the link is closed never arrive, and no timer is left.
func TestCloseLosesWhatIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := link.Pipe(link.PipeConfig{})
		a := link.WithFaults(near, link.FaultConfig{Out: link.Faults{Delay: time.Second}})
		c := collect(far)
		send(t, a, "late")
		a.Close()
		time.Sleep(time.Minute)
		if err := a.Send(batch("later")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Send: %v", err)
		}
		far.Close()
		<-c.done
		wantTexts(t, c.texts)
	})
}

func TestFaultKindsHaveNames(t *testing.T) {
	for k, want := range []string{"lost", "duplicated", "delayed", "corrupted", "unknown fault"} {
		if got := link.FaultKind(k).String(); got != want {
			t.Errorf("kind %d is called %q, want %q", k, got, want)
		}
	}
}
