package socket

import (
	"net/netip"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// route says that packets to some networks leave by a link.
type route struct {
	link     link.Link
	networks []netip.Prefix
}

// unlock ends an entry: its consequences are drawn, its packets sent, others may enter.
func (s *Stack) unlock() {
	s.settle()
	s.dispatch()
}

// dispatch sends the packets of a settled entry. The lock is given up before that,
// but not before it is sure that nobody's later packets can overtake them.
func (s *Stack) dispatch() {
	if len(s.engine.Out) == 0 {
		s.mu.Unlock()
		return
	}
	out := s.engine.Out
	s.sending.Lock()
	s.engine.Out = s.sent[:0]
	routes := s.routes
	s.mu.Unlock()
	send(routes, out)
	s.sent = out
	s.sending.Unlock()
}

// wait sleeps until there is news for side. What the caller caused goes out first;
// meanwhile others may have entered and the news may be there: then wait returns
// at once. So it may return without news, and callers look again.
func (s *Stack) wait(d *side) {
	if s.settle() || len(s.engine.Out) > 0 {
		s.dispatch()
		s.mu.Lock()
		return
	}
	d.bell.Wait()
}

// settle draws the consequences of an entry that stay in the house: those who have
// news are woken, the alarm is set. It tells whether any socket had news.
func (s *Stack) settle() (news bool) {
	news = len(s.woken) > 0
	for i := 0; i < len(s.woken); i++ { // waking may be news for others
		s.woken[i].wake()
	}
	clear(s.woken)
	s.woken = s.woken[:0]
	s.arm()
	return news
}

// destination reads the destination address of an IPv4 packet (RFC 791 3.1).
func destination(p *link.Packet) netip.Addr {
	return netip.AddrFrom4([4]byte(p.B[16:20]))
}

// send gives each run of packets with the same way out to its link. A link that
// fails loses packets, as networks do.
func send(routes []route, out []*link.Packet) {
	if len(routes) == 1 {
		routes[0].link.Send(out)
		return
	}
	for len(out) > 0 {
		r := pick(routes, destination(out[0]))
		n := 1
		for n < len(out) && pick(routes, destination(out[n])) == r {
			n++
		}
		routes[r].link.Send(out[:n])
		out = out[n:]
	}
}

// pick returns which of the routes leads to a: the one with the longest network
// around it, the first one if there is none.
func pick(routes []route, a netip.Addr) int {
	best, bits := 0, -1
	for i, r := range routes {
		for _, n := range r.networks {
			if n.Contains(a) && n.Bits() > bits {
				best, bits = i, n.Bits()
			}
		}
	}
	return best
}
