package link

import "sync"

// inbox is a bounded queue of packets, which one side fills without ever
// blocking and the other waits for.
type inbox struct {
	mu     sync.Mutex
	filled sync.Cond // there is a packet, or an end
	end    error     // what take returns from now on, if not nil

	ring  []*Packet // its length is 0 or a power of two
	first int       // index of the oldest packet
	count int
	limit int

	accepted, refused, taken uint64 // packets so far
}

func (q *inbox) init(limit int) {
	q.limit = limit
	q.filled.L = &q.mu
}

// add takes a batch over and drops what there is no room for. It never fails; a
// link's Send can be this and nothing more.
func (q *inbox) add(batch []*Packet) error {
	q.mu.Lock()
	room := q.limit - q.count
	if q.end != nil {
		room = 0
	}
	n := min(len(batch), room)
	q.grow(q.count + n)
	for i, p := range batch[:n] {
		q.ring[(q.first+q.count+i)&(len(q.ring)-1)] = p
	}
	q.count += n
	q.accepted += uint64(n)
	q.refused += uint64(len(batch) - n)
	q.mu.Unlock()
	if n > 0 {
		q.filled.Signal()
	}
	for _, p := range batch[n:] {
		Put(p)
	}
	return nil
}

// grow makes the ring long enough for so many packets.
func (q *inbox) grow(count int) {
	if count <= len(q.ring) {
		return
	}
	size := max(len(q.ring), 16)
	for size < count {
		size *= 2
	}
	ring := make([]*Packet, size)
	for i := range q.count {
		ring[i] = q.ring[(q.first+i)&(len(q.ring)-1)]
	}
	q.ring, q.first = ring, 0
}

// take waits for packets and moves as many as it can into the batch.
func (q *inbox) take(batch []*Packet) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.count == 0 && q.end == nil && len(batch) > 0 {
		q.filled.Wait()
	}
	if q.end != nil {
		return 0, q.end
	}
	n := min(len(batch), q.count)
	for i := range n {
		slot := &q.ring[(q.first+i)&(len(q.ring)-1)]
		batch[i], *slot = *slot, nil
	}
	q.first += n
	q.count -= n
	q.taken += uint64(n)
	return n, nil
}

// close ends the queue for an opposite side that adds and for one that takes;
// what is still in it is returned. Of several ends the first counts.
func (q *inbox) close(end error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end != nil {
		return
	}
	q.end = end
	for i := range q.count {
		Put(q.ring[(q.first+i)&(len(q.ring)-1)])
	}
	q.ring, q.count = nil, 0
	q.filled.Broadcast()
}

// closed is the end of the queue, or nil.
func (q *inbox) closed() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.end
}
