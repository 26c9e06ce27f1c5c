package buffer

import (
	"bytes"
	"fmt"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// model is what Receive is to be, written so that it cannot be wrong: one entry
// for each octet there may ever be, and no thought of time or memory.
type model struct {
	limit, maxPieces int
	octets           [1 << 18]byte
	here             [1 << 18]byte // 1: held
	head, tail       int
	fin              int // -1: none is known
}

func newModel(limit, pieces int) *model { return &model{limit: limit, maxPieces: pieces, fin: -1} }

// runs are the pieces beyond the tail, from and to.
func (m *model) runs() (runs [][2]int) {
	for at := m.tail; ; {
		begin := bytes.IndexByte(m.here[at:], 1)
		if begin < 0 {
			return runs
		}
		end := bytes.IndexByte(m.here[at+begin:], 0)
		runs = append(runs, [2]int{at + begin, at + begin + end})
		at += begin + end
	}
}

func (m *model) put(at int, text []byte) (written int) {
	for i, octet := range text {
		if m.here[at+i] == 0 {
			m.here[at+i], m.octets[at+i] = 1, octet
			written++
		}
	}
	return written
}

func (m *model) deliver(text []byte) {
	m.put(m.tail, text)
	m.advance(len(text))
}

func (m *model) advance(n int) {
	m.tail += n
	if m.fin >= 0 && m.fin < m.tail {
		m.fin = -1
	}
}

func (m *model) hold(offset int, text []byte, fin bool) int {
	if offset < 0 {
		skip := min(-offset, len(text))
		text, offset = text[skip:], offset+skip
		if offset < 0 {
			return 0
		}
	}
	at, edge, runs := m.tail+offset, m.head+m.limit, m.runs()
	if end := at + len(text); fin && m.fin < 0 && end <= edge && (len(runs) == 0 || runs[len(runs)-1][1] <= end) {
		m.fin = end
	}
	if m.fin >= 0 {
		edge = min(edge, m.fin)
	}
	text = text[:max(0, min(len(text), edge-at))]
	if len(text) == 0 {
		return 0
	}
	if m.isApart(runs, at, at+len(text)) && len(runs) >= m.maxPieces {
		last := runs[len(runs)-1]
		if at > last[0] {
			return 0
		}
		clear(m.here[last[0]:last[1]])
	}
	return m.put(at, text)
}

func (m *model) isApart(runs [][2]int, from, to int) bool {
	for _, r := range runs {
		if r[0] <= to && from <= r[1] {
			return false
		}
	}
	return true
}

func (m *model) next() (octets int, fin, more bool) {
	runs := m.runs()
	if len(runs) > 0 && runs[0][0] == m.tail {
		octets, runs = runs[0][1]-m.tail, runs[1:]
	}
	fin = m.fin == m.tail+octets
	return octets, fin, len(runs) > 0 || m.fin >= 0 && !fin
}

func (m *model) read(b []byte) int {
	n := min(len(b), m.tail-m.head)
	copy(b, m.octets[m.head:m.head+n])
	m.head += n
	return n
}

func (m *model) forget() {
	clear(m.here[m.tail:])
	m.fin = -1
}

func (m *model) reset() {
	m.forget()
	m.head = m.tail
}

// step is one call; which fields matter depends on the kind.
type step struct {
	Kind   uint8
	Offset int
	Length int
	Fill   uint8
	Fin    bool
}

const (
	stepHold = iota
	stepDeliver
	stepHeld
	stepRead
	stepForget
	stepReset
	numSteps
)

func (s step) String() string {
	names := [numSteps]string{"hold", "deliver", "deliver held", "read", "forget", "reset"}
	return fmt.Sprintf("%s(offset %d, %d octets of %d, FIN %v)", names[s.Kind], s.Offset, s.Length, s.Fill, s.Fin)
}

// text differs from one octet to the next, and from one fill to another.
func (s step) text() []byte {
	b := make([]byte, s.Length)
	for i := range b {
		b[i] = s.Fill + byte(i*7)
	}
	return b
}

// apply does the same to the buffer and to the model and says what differs.
func (s step) apply(r *Receive, m *model, start tcp.Seq) (difference string) {
	next := start.Add(uint32(m.tail))
	switch s.Kind {
	case stepHold:
		got, want := r.Hold(next, next+tcp.Seq(s.Offset), s.text(), s.Fin), m.hold(s.Offset, s.text(), s.Fin)
		if got != want {
			return fmt.Sprintf("Hold kept %d octets, want %d", got, want)
		}
	case stepDeliver:
		text := s.text()[:min(s.Length, r.Room())]
		r.Deliver(text)
		m.deliver(text)
	case stepHeld:
		n, _, _ := r.Next()
		n = min(n, s.Length)
		r.DeliverHeld(n)
		m.advance(n)
	case stepRead:
		got, want := make([]byte, s.Length), make([]byte, s.Length)
		n, k := r.Read(got), m.read(want)
		if n != k || !bytes.Equal(got, want) {
			return fmt.Sprintf("Read gave %d octets, want %d, or others", n, k)
		}
	case stepForget:
		r.Forget()
		m.forget()
	case stepReset:
		r.Reset()
		m.reset()
	}
	return compare(r, m)
}

// compare says what differs between the buffer and the model.
func compare(r *Receive, m *model) string {
	if r.Len() != m.tail-m.head {
		return fmt.Sprintf("Len is %d, want %d", r.Len(), m.tail-m.head)
	}
	octets, fin, more := r.Next()
	wantOctets, wantFin, wantMore := m.next()
	if octets != wantOctets || fin != wantFin || more != wantMore {
		return fmt.Sprintf("Next is %d %v %v, want %d %v %v", octets, fin, more, wantOctets, wantFin, wantMore)
	}
	runs := m.runs()
	if len(runs) != len(r.pieces) || len(runs) > m.maxPieces {
		return fmt.Sprintf("pieces are %v, want %v", r.pieces, runs)
	}
	held := 0
	for i, p := range r.pieces {
		if p != (piece{uint64(runs[i][0]), uint64(runs[i][1])}) {
			return fmt.Sprintf("pieces are %v, want %v", r.pieces, runs)
		}
		b := make([]byte, p.to-p.from)
		r.pages.read(p.from, b)
		if !bytes.Equal(b, m.octets[p.from:p.to]) {
			return fmt.Sprintf("octets of piece %v were changed", p)
		}
		held += len(b)
	}
	if gotHeld, pieces := r.Held(); gotHeld != held || pieces != len(runs) {
		return fmt.Sprintf("Held is %d in %d, want %d in %d", gotHeld, pieces, held, len(runs))
	}
	if r.Len() == 0 && held == 0 && r.pages.inUse() != 0 {
		return fmt.Sprintf("%d pages are in use for nothing", r.pages.inUse())
	}
	if limit := (r.limit+r.Len())/pageSize + 2; r.pages.inUse() > limit {
		return fmt.Sprintf("%d pages are in use, more than %d", r.pages.inUse(), limit)
	}
	return ""
}

// inUse counts the pages that have memory.
func (s *pages) inUse() (n int) {
	for _, p := range s.table {
		if p != nil {
			n++
		}
	}
	return n
}
