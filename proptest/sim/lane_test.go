package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// TestFaults sends five packets, 0 to 4, a millisecond apart and sees what arrives when.
func TestFaults(t *testing.T) {
	for _, x := range []struct{ faults, want string }{
		{"", "0@10 1@11 2@12 3@13 4@14"},
		{"A#1:lose", "0@10 2@12 3@13 4@14"},
		{"A#1:lose:2", "0@10 4@14"},
		{"A#1:duplicate", "0@10 1@11 1@11 2@12 3@13 4@14"},
		{"A#1:duplicate:7", "0@10 1@11 2@12 3@13 4@14 1@18"},
		{"A#1:delay:7", "0@10 2@12 3@13 4@14 1@18"},
		{"A#1:reorder", "0@10 2@12 1@12 3@13 4@14"},
		{"A#1:reorder:1", "0@10 2@12 3@13 1@13 4@14"},
		{"A#4:reorder", "0@10 1@11 2@12 3@13 4@1014"},
		{"A#0:corrupt:3", "8@10 1@11 2@12 3@13 4@14"},
		{"A#0:corrupt:3 A#0:corrupt:3", "8@10 1@11 2@12 3@13 4@14"},
		{"A#0:corrupt:8", "1@10 1@11 2@12 3@13 4@14"},
		{"B#0:lose", "0@10 1@11 2@12 3@13 4@14"},
	} {
		c, err := Parse(x.faults)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{}
		w.lanes[A].delay = 10 * time.Millisecond
		for _, f := range c.Faults {
			w.lanes[f.From].faults = append(w.lanes[f.From].faults, f)
		}
		for i := range 5 {
			w.now = ms(int32(i))
			w.send(A, link.Copy([]byte{byte(i)}))
		}
		var got []string
		for w.queue.top() != nil {
			e := w.queue.pop()
			w.now = e.at
			if e.kind == release {
				w.impatient(e.host, e.index)
				continue
			}
			got = append(got, fmt.Sprintf("%d@%d", e.packet.B[0], e.at.Milliseconds()))
		}
		if got := strings.Join(got, " "); got != x.want {
			t.Errorf("%s: %s, want %s", x.faults, got, x.want)
		}
	}
}
