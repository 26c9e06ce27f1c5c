package sim

import (
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// happening is what a happening in the queue is.
type happening uint8

const (
	arrival   happening = iota // of a packet
	release                    // of what a reordered packet waits for: nothing more comes
	script                     // the next call of a host's script
	insertion                  // of a stranger's segment
	ending                     // the users end everything
	resigning                  // they no longer wait
)

// event is one thing that will happen.
type event struct {
	at     time.Duration
	number uint64 // among those of one instant the first to be queued comes first
	kind   happening
	host   Side
	index  int // of the call, of the insertion, of the packet held back
	packet *link.Packet
}

func (e *event) before(f *event) bool {
	return e.at < f.at || e.at == f.at && e.number < f.number
}

// queue is a binary heap of events, the earliest at its top.
type queue struct {
	heap   []event
	number uint64
}

func (q *queue) push(e event) {
	e.number = q.number
	q.number++
	h := append(q.heap, e)
	i := len(h) - 1
	for i > 0 && h[i].before(&h[(i-1)/2]) {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
		i = (i - 1) / 2
	}
	q.heap = h
}

// top is the earliest event; nil if there is none.
func (q *queue) top() *event {
	if len(q.heap) == 0 {
		return nil
	}
	return &q.heap[0]
}

func (q *queue) pop() event {
	h := q.heap
	first, last := h[0], len(h)-1
	h[0], h[last] = h[last], event{}
	h = h[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h); child++ {
			if h[child].before(&h[least]) {
				least = child
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	q.heap = h
	return first
}
