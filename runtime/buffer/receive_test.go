package buffer

import (
	"fmt"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// lengths are short, or such that pages are begun and ended.
func lengths() gopter.Gen {
	return gen.Frequency(map[int]gopter.Gen{
		8: gen.IntRange(0, 40),
		1: gen.IntRange(pageSize-20, pageSize+20),
		2: gen.IntRange(0, 3*pageSize),
	})
}

func steps() gopter.Gen {
	one := gopter.CombineGens(
		gen.Frequency(map[int]gopter.Gen{
			10: gen.Const(uint8(stepHold)), 4: gen.Const(uint8(stepDeliver)), 5: gen.Const(uint8(stepHeld)),
			3: gen.Const(uint8(stepRead)), 1: gen.OneConstOf(uint8(stepForget), uint8(stepReset)),
		}),
		gen.OneGenOf(gen.IntRange(-30, 120), gen.IntRange(0, 4*pageSize)),
		lengths(), gen.UInt8(), gen.Frequency(map[int]gopter.Gen{12: gen.Const(false), 1: gen.Const(true)}),
	).Map(func(v []any) step {
		return step{v[0].(uint8), v[1].(int), v[2].(int), v[3].(uint8), v[4].(bool)}
	})
	return gen.SliceOf(one)
}

// Whatever arrives in whatever order, Receive does what its model does.
func TestReceiveIsItsModel(t *testing.T) {
	parameters := gopter.DefaultTestParameters()
	parameters.MinSuccessfulTests = 600
	parameters.MaxSize = 60
	properties := gopter.NewProperties(parameters)
	properties.Property("Receive is its model", prop.ForAll(func(all []step, pieces int) string {
		const start, limit = tcp.Seq(0xffff_fc00), 5 * pageSize // wraps after 1 KiB
		r, m := NewReceive(limit, pieces, NewPool(limit)), newModel(limit, pieces)
		for i, s := range all {
			if m.tail > len(m.here)-10*pageSize {
				break
			}
			if difference := s.apply(&r, m, start); difference != "" {
				return fmt.Sprintf("after step %d of %v: %s", i, all, difference)
			}
		}
		return ""
	}, steps(), gen.IntRange(1, 6)))
	properties.TestingRun(t)
}

// check reads everything that is ready and compares it.
func check(t *testing.T, r *Receive, want string) {
	t.Helper()
	b := make([]byte, r.Len()+10)
	if got := string(b[:r.Read(b)]); got != want {
		t.Errorf("read %q, want %q", got, want)
	}
}

func wantNext(t *testing.T, r *Receive, octets int, fin, more bool) {
	t.Helper()
	o, f, m := r.Next()
	if o != octets || f != fin || m != more {
		t.Errorf("Next is %d %v %v, want %d %v %v", o, f, m, octets, fin, more)
	}
}

// SHLD-31: text beyond a hole is kept, and follows when the hole is filled.
func TestHoleIsFilled(t *testing.T) {
	r := NewReceive(100, 8, NewPool(0))
	const next = tcp.Seq(1000)
	r.Hold(next, 1003, []byte("def"), false)
	r.Hold(next, 1008, []byte("ij"), true)
	wantNext(t, &r, 0, false, true)
	r.Deliver([]byte("abc"))
	wantNext(t, &r, 3, false, true)
	r.DeliverHeld(3)
	check(t, &r, "abcdef")
	wantNext(t, &r, 0, false, true)
	r.Deliver([]byte("gh"))
	wantNext(t, &r, 2, true, false)
	r.DeliverHeld(2)
	check(t, &r, "ghij")
	wantNext(t, &r, 0, true, false)
}

// A FIN behind a hole, without text of its own.
func TestFINAloneIsHeld(t *testing.T) {
	r := NewReceive(100, 8, NewPool(0))
	r.Hold(50, 53, nil, true)
	wantNext(t, &r, 0, false, true)
	r.Deliver([]byte("abc"))
	wantNext(t, &r, 0, true, false)
}

// SA-TXT-2: octets held already win, whether the hole before them is filled by
// Hold or by Deliver.
func TestHeldOctetsAreNeverChanged(t *testing.T) {
	r := NewReceive(100, 8, NewPool(0))
	r.Hold(0, 2, []byte("CD"), false)
	r.Hold(0, 6, []byte("GH"), false)
	if kept := r.Hold(0, 1, []byte("bcdefghij"), false); kept != 5 {
		t.Errorf("%d octets were new, want 5", kept)
	}
	r.Deliver([]byte("abcde"))
	n, _, _ := r.Next()
	r.DeliverHeld(n)
	check(t, &r, "abCDefGHij")
}

// Nothing beyond the FIN is taken, and of two FINs the first counts.
func TestFINIsTheEnd(t *testing.T) {
	r := NewReceive(100, 8, NewPool(0))
	r.Hold(0, 5, []byte("fgh"), true)
	if kept := r.Hold(0, 7, []byte("hijk"), true); kept != 0 {
		t.Errorf("%d octets from behind the FIN were taken", kept)
	}
	r.Deliver([]byte("abcde"))
	wantNext(t, &r, 3, true, false)
}

// A FIN that comes after text from behind it is a lie.
func TestFINInsideHeldTextIsIgnored(t *testing.T) {
	r := NewReceive(100, 8, NewPool(0))
	r.Hold(0, 5, []byte("fgh"), false)
	r.Hold(0, 2, []byte("cd"), true)
	r.Deliver([]byte("ab"))
	wantNext(t, &r, 2, false, true)
}

// SA-TXT-5: octets beyond the room are not stored.
func TestHoldStaysInTheRoom(t *testing.T) {
	r := NewReceive(10, 8, NewPool(0))
	r.Deliver([]byte("abcd"))
	if kept := r.Hold(4, 6, []byte("ghijklm"), true); kept != 4 {
		t.Errorf("%d octets were taken into room for 4", kept)
	}
	r.Deliver([]byte("ef"))
	wantNext(t, &r, 4, false, false) // the FIN lies beyond the room
}

// D-20: tiny pieces from the far end to the near one, each apart from the
// others, cost neither memory nor time beyond the bound, and the nearest stay.
func TestPiecesAreBounded(t *testing.T) {
	const window, pieces = 1 << 20, 64
	r := NewReceive(window, pieces, NewPool(0))
	for at := window - 1; at > 0; at -= 2 {
		r.Hold(0, tcp.Seq(at), []byte("x"), false)
	}
	if octets, n := r.Held(); octets != pieces || n != pieces {
		t.Errorf("%d octets are held in %d pieces, want %d", octets, n, pieces)
	}
	if last := r.pieces[pieces-1].from; last != 2*pieces-1 {
		t.Errorf("the furthest piece is at %d, want %d", last, 2*pieces-1)
	}
	if r.Overflow() != window/2-pieces {
		t.Errorf("%d octets were given up, want %d", r.Overflow(), window/2-pieces)
	}
	if kept := r.Hold(0, 2*pieces+10, []byte("x"), false); kept != 0 {
		t.Error("a piece too many, the furthest of all, was taken")
	}
}

// An idle connection holds no page, however much it has seen.
func TestIdleReceiveHoldsNothing(t *testing.T) {
	const size = 4 << 20
	r := NewReceive(size, 8, NewPool(0))
	r.Deliver(make([]byte, size))
	if n := r.pages.inUse(); n != size/pageSize {
		t.Errorf("4 MiB are in %d pages", n)
	}
	r.Read(make([]byte, size-1))
	if n := r.pages.inUse(); n != 1 {
		t.Errorf("1 octet is in %d pages", n)
	}
	r.Read(make([]byte, 1))
	if n := r.pages.inUse(); n != 0 || r.pages.table != nil {
		t.Errorf("nothing is in %d pages, the table has %d", n, len(r.pages.table))
	}
}

// A window that is made smaller takes nothing away.
func TestReceiveLimitCanChange(t *testing.T) {
	r := NewReceive(4, 8, NewPool(0))
	r.Deliver([]byte("abcd"))
	r.SetLimit(2)
	if r.Room() != 0 || r.Hold(4, 5, []byte("f"), false) != 0 {
		t.Error("there is room in a buffer that is too full")
	}
	r.SetLimit(8)
	if r.Room() != 4 {
		t.Errorf("room for %d, want 4", r.Room())
	}
	check(t, &r, "abcd")
}

// A FIN that text in sequence has passed is forgotten.
func TestPassedFINIsForgotten(t *testing.T) {
	r := NewReceive(100, 8, NewPool(0))
	r.Hold(0, 3, nil, true)
	r.Deliver([]byte("abcdef"))
	wantNext(t, &r, 0, false, false)
}
