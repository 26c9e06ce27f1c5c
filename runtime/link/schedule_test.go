package link

import (
	"math/rand/v2"
	"testing"
	"time"
)

// With few packets on the way, the memory for them stays small, however many
// have passed; they leave in the order of their times, and of their coming.
func TestScheduleIsAQueueByTime(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var s schedule
	type coming struct {
		number int
		at     time.Duration
	}
	came := map[*Packet]coming{}
	var last coming
	for i := range 20000 {
		now := time.Duration(i / 4)
		p := &Packet{}
		came[p] = coming{i, now + time.Duration(random.IntN(8))}
		s.insert(p, came[p].at)
		if at, any := s.first(); !any || at > came[p].at {
			t.Fatalf("the first is due at %d, %v; packet %d at %d", at, any, i, came[p].at)
		}
		for _, p := range s.due(now, nil) {
			c := came[p]
			if c.at < last.at || c.at == last.at && c.number < last.number || c.at > now {
				t.Fatalf("at %d %+v left after %+v", now, c, last)
			}
			last = c
		}
	}
	if cap(s.packets) > 256 {
		t.Errorf("memory for %d packets", cap(s.packets))
	}
	if rest := s.due(1<<62, nil); len(rest) == 0 || len(rest) > 40 {
		t.Errorf("%d packets are left", len(rest))
	}
	if _, any := s.first(); any {
		t.Error("something is left after everything")
	}
}
