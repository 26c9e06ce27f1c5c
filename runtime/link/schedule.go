package link

import "time"

// schedule is a queue of packets in the order of the times when they arrive; of
// those that arrive at the same time, in the order in which they came. Nearly
// all come in order already, so that an insertion from the end is cheap.
type schedule struct {
	packets []arrival
	begin   int // the packets before it are gone
}

type arrival struct {
	at time.Duration // since the link began
	p  *Packet
}

// insert adds a packet.
func (s *schedule) insert(p *Packet, at time.Duration) {
	if s.begin > len(s.packets)/2 {
		n := copy(s.packets, s.packets[s.begin:])
		clear(s.packets[n:])
		s.packets, s.begin = s.packets[:n], 0
	}
	s.packets = append(s.packets, arrival{at, p})
	for i := len(s.packets) - 1; i > s.begin && s.packets[i-1].at > at; i-- {
		s.packets[i-1], s.packets[i] = s.packets[i], s.packets[i-1]
	}
}

// due removes the packets that have arrived by now and appends them to a batch.
func (s *schedule) due(now time.Duration, batch []*Packet) []*Packet {
	for s.begin < len(s.packets) && s.packets[s.begin].at <= now {
		batch = append(batch, s.packets[s.begin].p)
		s.packets[s.begin] = arrival{}
		s.begin++
	}
	return batch
}

// first is when the next packet arrives, if there is any.
func (s *schedule) first() (at time.Duration, any bool) {
	if s.begin == len(s.packets) {
		return 0, false
	}
	return s.packets[s.begin].at, true
}
