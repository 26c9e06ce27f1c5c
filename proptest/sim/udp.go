package sim

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// datagrams are those that one host has sent: how long each was, and how often it
// came.
type datagrams []datagram

type datagram struct{ length, came int }

// stream tells the octets of datagram i of a host from everything else.
func (d datagrams) stream(from Side, i int) int { return 1_000_000*int(from+1) + i }

// bindUDP opens the host's one endpoint, on the number of its TCP port, which TCP may
// have or not.
func (u *user) bindUDP(w *world) {
	w.asked(UDPApart)
	e, err := u.host.e.ListenUDP(u.host.clock(w.now), sockets[u.host.side])
	if err != nil {
		w.fail(UDPApart, "UDP port %v cannot be had: %v", sockets[u.host.side], err)
		return
	}
	u.udp = e
	e.Notify = func(engine.Notice) { u.heard = true }
}

// apart is U2 the other way round: whoever has the UDP port can have TCP's, unless TCP
// itself has taken it.
func (u *user) apart(w *world, call string, err error, taken bool) {
	if u.udp == nil || taken {
		return
	}
	if w.asked(UDPApart); err != nil {
		w.fail(UDPApart, "%v has a UDP endpoint at %v, and its TCP refuses an %s there: %v", u.host.side, sockets[u.host.side], call, err)
	}
}

const udpOverhead = 28 // IPv4 and UDP headers

// datagram sends one, from an endpoint that is opened anew: TCP has come meanwhile. What
// does not fit is refused and not sent in part.
func (u *user) datagram(w *world, n uint32) {
	if u.udp == nil {
		return
	}
	u.hear(w)
	u.udp.Close()
	if u.bindUDP(w); w.violation != nil {
		return
	}
	h, side := u.host, u.host.side
	b := make([]byte, min(n, 65507))
	w.content.fill(b, u.sentTo.stream(side, len(u.sentTo)), 0)
	err := u.udp.Write(h.clock(w.now), b, sockets[side.Other()])
	w.note("datagram", uint64(side), errorNumber(err))
	mtu := int(u.set.MTU)
	if mtu == 0 {
		mtu = 1500
	}
	fits := len(b)+udpOverhead <= mtu
	if fits {
		u.sentTo = append(u.sentTo, datagram{length: len(b)})
	}
	if (err == nil) != fits {
		w.fail(UDPBoundaries, "%v sent a datagram of %d octets over an MTU of %d: error %v", side, len(b), mtu, err)
	}
}

// hear reads what has come.
func (u *user) hear(w *world) {
	for u.udp != nil {
		n, d, ok, err := u.udp.Read(w.scratch[:])
		if err != nil {
			continue // what ICMP reported is told once
		}
		if !ok {
			return
		}
		w.asked(UDPBoundaries)
		w.note("heard", uint64(u.host.side), uint64(n))
		if message := w.hosts[u.host.side.Other()].user.recognize(w, w.scratch[:n], d); message != "" {
			w.fail(UDPBoundaries, "%v read a datagram of %d octets %s", u.host.side, n, message)
		}
	}
}

// recognize finds the datagram among those the user has sent.
func (u *user) recognize(w *world, b []byte, d engine.Datagram) string {
	from := u.host.side
	if d.From != sockets[from] || d.Truncated {
		return fmt.Sprintf("from %v, truncated %v", d.From, d.Truncated)
	}
	for i := range u.sentTo {
		sent := &u.sentTo[i]
		if sent.length == len(b) && w.content.differs(b, u.sentTo.stream(from, i), 0) < 0 {
			if sent.came++; sent.came > 1+w.duplicates(from) && len(b) > 0 {
				return fmt.Sprintf("for the time number %d", sent.came)
			}
			return ""
		}
	}
	return "that nobody has sent"
}
