package explore

// A two-endpoint TCP in small: eleven states, sequence numbers of one octet,
// queues of two segments that may lose. It was written down in Promela and in
// TLA+ as well, and SPIN, TLC and this package agree on its counts.

const (
	tcpClosed = iota
	tcpListen
	tcpSynSent
	tcpSynRcvd
	tcpEstab
	tcpFinWait1
	tcpFinWait2
	tcpCloseWait
	tcpClosing
	tcpLastAck
	tcpTimeWait
)

const (
	tcpSYN = 1
	tcpACK = 2
	tcpFIN = 4
	tcpCap = 2
)

type tcpEnd struct{ pc, st, una, nxt, rcv, sent, got, finSent, finRcvd, closed uint8 }

type tcpSeg struct{ f, s, a, l uint8 }

type tcpWire struct {
	n uint8
	q [tcpCap]tcpSeg
}

type tcpPair struct {
	e [2]tcpEnd
	w [2]tcpWire
}

func (w *tcpWire) send(f, s, a, l uint8) {
	if w.n < tcpCap {
		w.q[w.n] = tcpSeg{f, s, a, l}
		w.n++
	}
}

func (w *tcpWire) pop() tcpSeg {
	x := w.q[0]
	w.q[0], w.q[1] = w.q[1], tcpSeg{}
	w.n--
	return x
}

// twoTCP is the model: octets each side sends, and whether both open actively.
type twoTCP struct {
	data    uint8
	simOpen bool
	next    tcpPair
}

func (m *twoTCP) Name() string             { return "two TCPs" }
func (m *twoTCP) Start(put func(*tcpPair)) { put(&tcpPair{}) }
func (m *twoTCP) Witnesses() []string      { return []string{"octet received", "FIN received"} }
func (m *twoTCP) Worker() Worker[tcpPair]  { return &twoTCP{data: m.data, simOpen: m.simOpen} }

func (m *twoTCP) Encode(s *tcpPair, b []byte) []byte {
	for i := range 2 {
		e, w := &s.e[i], &s.w[i]
		b = append(b, e.pc, e.st, e.una, e.nxt, e.rcv, e.sent, e.got, e.finSent, e.finRcvd, e.closed, w.n)
		for _, g := range w.q {
			b = append(b, g.f, g.s, g.a, g.l)
		}
	}
	return b
}

func (m *twoTCP) Decode(b []byte, s *tcpPair) {
	for i := range 2 {
		s.e[i] = tcpEnd{b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9]}
		s.w[i].n = b[10]
		b = b[11:]
		for j := range tcpCap {
			s.w[i].q[j] = tcpSeg{b[0], b[1], b[2], b[3]}
			b = b[4:]
		}
	}
}

func (m *twoTCP) Flush(*Visitor[tcpPair]) {}

// Steps are labelled by the endpoint, and classed by what happens.
const (
	tcpUser Class = iota
	tcpTimer
	tcpLose
	tcpDeliver
)

func (m *twoTCP) Expand(b []byte, v *Visitor[tcpPair]) {
	s := new(tcpPair)
	m.Decode(b, s)
	for me := range 2 {
		step := func(c Class, do func(e *tcpEnd, o *tcpWire)) {
			m.next = *s
			do(&m.next.e[me], &m.next.w[1-me])
			v.Step(Label(me), c, &m.next)
		}
		e, o := &s.e[me], &s.w[1-me]
		if e.got > m.data || e.finRcvd == 1 && e.got != m.data {
			v.Violated(0)
		}
		switch e.pc {
		case 0:
			step(tcpUser, func(e *tcpEnd, o *tcpWire) {
				if e.st, e.pc = tcpListen, 2; me == 0 || m.simOpen {
					e.st, e.nxt, e.pc = tcpSynSent, 1, 1
				}
			})
			continue
		case 1:
			step(tcpUser, func(e *tcpEnd, o *tcpWire) { e.pc = 2; o.send(tcpSYN, 0, 0, 0) })
			continue
		}
		if o.n < tcpCap {
			m.output(e, step)
		}
		if e.st == tcpTimeWait && s.w[0].n == 0 && s.w[1].n == 0 {
			step(tcpTimer, func(e *tcpEnd, _ *tcpWire) { e.st = tcpClosed })
		}
		if s.w[me].n > 0 {
			step(tcpLose, func(*tcpEnd, *tcpWire) { m.next.w[me].pop() })
			step(tcpDeliver, func(e *tcpEnd, o *tcpWire) {
				got, fin := e.got, e.finRcvd
				m.arrive(e, o, m.next.w[me].pop())
				v.Count[0] += uint64(e.got - got)
				v.Count[1] += uint64(e.finRcvd - fin)
			})
		}
	}
}

func (m *twoTCP) output(e *tcpEnd, step func(Class, func(*tcpEnd, *tcpWire))) {
	up := (e.st == tcpEstab || e.st == tcpCloseWait) && e.closed == 0
	if up && e.sent < m.data {
		step(tcpUser, func(e *tcpEnd, o *tcpWire) {
			o.send(tcpACK, e.nxt, e.rcv, 1)
			e.nxt++
			e.sent++
		})
	}
	if up && e.sent == m.data {
		step(tcpUser, func(e *tcpEnd, o *tcpWire) {
			e.closed, e.finSent = 1, 1
			o.send(tcpFIN|tcpACK, e.nxt, e.rcv, 0)
			e.nxt++
			if e.st == tcpEstab {
				e.st = tcpFinWait1
			} else {
				e.st = tcpLastAck
			}
		})
	}
	if e.una < e.nxt && e.st != tcpClosed && e.st != tcpListen {
		step(tcpTimer, func(e *tcpEnd, o *tcpWire) {
			switch {
			case e.una == 0 && e.st == tcpSynSent:
				o.send(tcpSYN, 0, 0, 0)
			case e.una == 0 && e.st == tcpSynRcvd:
				o.send(tcpSYN|tcpACK, 0, e.rcv, 0)
			case e.una > 0 && e.finSent != 0 && e.una == e.nxt-1:
				o.send(tcpFIN|tcpACK, e.una, e.rcv, 0)
			default:
				o.send(tcpACK, e.una, e.rcv, 1)
			}
		})
	}
}

func (m *twoTCP) arrive(e *tcpEnd, o *tcpWire, g tcpSeg) {
	switch {
	case e.st == tcpClosed:
	case e.st == tcpListen:
		if g.f == tcpSYN {
			e.st, e.rcv, e.una, e.nxt = tcpSynRcvd, 1, 0, 1
			o.send(tcpSYN|tcpACK, 0, 1, 0)
		}
	case e.st == tcpSynSent:
		if g.f == tcpSYN|tcpACK && g.a == 1 {
			e.una, e.rcv, e.st = 1, 1, tcpEstab
			o.send(tcpACK, e.nxt, e.rcv, 0)
		} else if g.f == tcpSYN {
			e.rcv, e.st = 1, tcpSynRcvd
			o.send(tcpSYN|tcpACK, 0, 1, 0)
		}
	case g.f&tcpSYN != 0:
		if e.st == tcpSynRcvd && g.f&tcpACK != 0 && g.a == 1 {
			e.una, e.st = 1, tcpEstab
		}
		o.send(tcpACK, e.nxt, e.rcv, 0)
	default:
		m.arriveLater(e, o, g)
	}
}

func (m *twoTCP) arriveLater(e *tcpEnd, o *tcpWire, g tcpSeg) {
	if g.f&tcpACK != 0 && g.a > e.una && g.a <= e.nxt {
		e.una = g.a
	}
	switch {
	case e.st == tcpSynRcvd && e.una >= 1:
		e.st = tcpEstab
	case e.st == tcpFinWait1 && e.finSent != 0 && e.una == e.nxt:
		e.st = tcpFinWait2
	case e.st == tcpClosing && e.una == e.nxt:
		e.st = tcpTimeWait
	case e.st == tcpLastAck && e.una == e.nxt:
		e.st = tcpClosed
	}
	if g.l == 0 && g.f&tcpFIN == 0 || e.st == tcpClosed || e.st == tcpSynRcvd {
		return
	}
	if g.s == e.rcv {
		e.rcv++
		if g.l != 0 {
			e.got++
		} else {
			e.finRcvd = 1
			switch e.st {
			case tcpEstab:
				e.st = tcpCloseWait
			case tcpFinWait1:
				e.st = tcpClosing
			case tcpFinWait2:
				e.st = tcpTimeWait
			}
		}
	}
	o.send(tcpACK, e.nxt, e.rcv, 0)
}
