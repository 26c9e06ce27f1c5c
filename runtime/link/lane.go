package link

import (
	"cmp"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"
)

// lane is one direction of a link with faults.
type lane struct {
	faults Faults
	script []Fault               // what is left of it, in the order of the packets
	next   func([]*Packet) error // where packets go
	timed  bool                  // packets can be late

	mu       sync.Mutex
	random   *rand.Rand
	start    time.Time
	free     time.Duration // when the line will have sent all that came so far
	last     time.Duration // when the latest packet that keeps its order arrives
	late     schedule
	timer    *time.Timer
	ready    []*Packet // scratch: what is passed on next
	cut      bool
	closed   bool
	counters FaultCounters
}

func newLane(seed uint64, direction Direction, faults Faults, next func([]*Packet) error) *lane {
	if faults.Hold == 0 {
		faults.Hold = 10 * time.Millisecond
	}
	if faults.Queue == 0 {
		faults.Queue = 256 * 1024
	}
	script := slices.Clone(faults.Script)
	slices.SortStableFunc(script, func(a, b Fault) int { return cmp.Compare(a.Packet, b.Packet) })
	return &lane{
		faults: faults, script: script, next: next, timed: faults.timed(),
		random: rand.New(rand.NewPCG(seed, uint64(direction))),
		start:  time.Now(),
	}
}

// pass takes a batch over and passes on what is not lost or late. The lock is
// held while it does so, that a timer may not come between; nothing blocks.
func (l *lane) pass(batch []*Packet) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		PutAll(batch)
		return net.ErrClosed
	}
	var now time.Duration
	if l.timed {
		now = time.Since(l.start)
		l.ready = l.late.due(now, l.ready[:0])
	}
	for _, p := range batch {
		l.treat(p, now)
	}
	return l.forward()
}

// fate is what happens to one packet.
type fate struct {
	lost, duplicated, corrupted bool
	held                        time.Duration
	jitter                      time.Duration
	bit                         uint64
}

// draw decides what happens to the next packet. It takes the same number of
// random values for each, so that one probability can be changed, or one packet
// lost, without changing the fate of the others.
func (l *lane) draw() fate {
	var f fate
	f.lost = l.random.Float64() < l.faults.Loss
	f.duplicated = l.random.Float64() < l.faults.Duplicate
	f.corrupted = l.random.Float64() < l.faults.Corrupt
	if l.random.Float64() < l.faults.Reorder {
		f.held = l.faults.Hold
	}
	f.jitter = time.Duration(l.random.Float64() * float64(l.faults.Jitter))
	f.bit = l.random.Uint64()
	for len(l.script) > 0 && l.script[0].Packet <= int(l.counters.Packets) {
		if l.script[0].Packet == int(l.counters.Packets) {
			l.script[0].befall(&f)
		}
		l.script = l.script[1:]
	}
	return f
}

// befall adds a fault of the script to what happens to its packet.
func (s Fault) befall(f *fate) {
	switch s.Kind {
	case Lost:
		f.lost = true
	case Duplicated:
		f.duplicated = true
	case Delayed:
		f.held += s.By
	case Corrupted:
		f.corrupted, f.bit = true, uint64(s.Bit)
	}
}

// treat lets happen to a packet what is to happen.
func (l *lane) treat(p *Packet, now time.Duration) {
	l.counters.Packets++
	f := l.draw()
	if f.lost || l.cut {
		l.counters.Lost++
		Put(p)
		return
	}
	arrival, room := l.transmit(len(p.B), now)
	if !room {
		l.counters.Overflowed++
		Put(p)
		return
	}
	l.last = max(l.last, arrival+l.faults.Delay+f.jitter)
	var twin *Packet
	if f.duplicated {
		l.counters.Duplicated++
		twin = Copy(p.B)
	}
	if f.corrupted && len(p.B) > 0 {
		l.counters.Corrupted++
		bit := f.bit % (uint64(len(p.B)) * 8)
		p.B[bit/8] ^= 0x80 >> (bit % 8)
	}
	if f.held > 0 {
		l.counters.Delayed++
	}
	l.enqueue(p, now, l.last+f.held)
	if twin != nil {
		l.enqueue(twin, now, l.last)
	}
}

// transmit says when a packet has passed the line, and whether it may wait until
// its turn comes.
func (l *lane) transmit(octets int, now time.Duration) (passed time.Duration, room bool) {
	if l.faults.Rate == 0 {
		return now, true
	}
	octet := float64(8*time.Second) / float64(l.faults.Rate)
	begin := max(now, l.free)
	if float64(begin-now) > octet*float64(l.faults.Queue) {
		return 0, false
	}
	l.free = begin + time.Duration(octet*float64(octets))
	return l.free, true
}

// enqueue passes a packet on, at once or when it is to arrive.
func (l *lane) enqueue(p *Packet, now, arrival time.Duration) {
	if !l.timed || arrival <= now {
		l.ready = append(l.ready, p)
	} else {
		l.late.insert(p, arrival)
	}
}

// forward passes on what is ready, and sets the timer for what is next.
func (l *lane) forward() error {
	var err error
	if len(l.ready) > 0 {
		err = l.next(l.ready)
		clear(l.ready)
		l.ready = l.ready[:0]
	}
	if at, any := l.late.first(); any {
		wait := at - time.Since(l.start)
		if l.timer == nil {
			l.timer = time.AfterFunc(wait, l.expire)
		} else {
			l.timer.Reset(wait)
		}
	}
	return err
}

// expire passes on what has become due.
func (l *lane) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.ready = l.late.due(time.Since(l.start), l.ready[:0])
	_ = l.forward() // nobody is there to be told; the next Send will be
}

// loseIfCut returns the packets of a batch if the direction is cut.
func (l *lane) loseIfCut(batch []*Packet) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		l.counters.Packets += uint64(len(batch))
		l.counters.Lost += uint64(len(batch))
		PutAll(batch)
	}
	return l.cut
}

func (l *lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.timer != nil {
		l.timer.Stop()
	}
	PutAll(l.late.due(1<<63-1, nil))
}
