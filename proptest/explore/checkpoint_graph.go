package explore

import (
	"bufio"
	"encoding/binary"
	"errors"
	"math/bits"
)

// graphSize is what a checkpoint says of the graph before its lists: the successors, and
// for each state where its own begin and what is different about it.
type graphSize struct {
	Initial uint32
	Sources int      // states that first and kinds have a place for
	Steps   []uint32 // of each stream
	Manners []string // as source writes them
}

func (g *graph) sizes() graphSize {
	h := graphSize{Initial: g.initial, Sources: g.sources(), Manners: make([]string, len(g.places))}
	for i := range g.streams {
		h.Steps = append(h.Steps, g.streams[i].n)
	}
	for key, i := range g.places {
		h.Manners[i] = key
	}
	return h
}

// sources is how many states are numbered and have a place for what is noted of them.
func (g *graph) sources() int { return min(len(g.first), int(g.states.Load())) }

func (g *graph) write(w *bufio.Writer) {
	for i := range g.streams {
		s := &g.streams[i]
		for at := range s.n {
			writeWord(w, s.to[at>>blockOf][at%block])
		}
	}
	for id := range g.sources() {
		b := binary.LittleEndian.AppendUint32(w.AvailableBuffer(), g.first[id])
		w.Write(binary.LittleEndian.AppendUint16(b, g.kinds[id]))
	}
}

// read fills a new graph, whose workers may be more or fewer: a stream that has
// no worker goes on behind another one.
func (g *graph) read(r *reader, h *graphSize) error {
	g.initial = h.Initial
	for _, key := range h.Manners {
		g.placeOf(key)
	}
	streams := uint32(len(g.streams))
	begin := make([]uint32, len(h.Steps))
	for i, n := range h.Steps {
		s := &g.streams[uint32(i)%streams]
		if n > g.most() || s.n > g.most()-n {
			return errors.New("its steps are more than so many workers can number: go on with as many as it was begun with")
		}
		begin[i] = s.n
		for range n {
			s.leads(r.word())
		}
	}
	was := bits.Len(uint(len(h.Steps) - 1))
	for id := range h.Sources {
		first := r.word()
		i := first & (1<<was - 1)
		g.first[id] = (begin[i]+first>>was)<<g.worker | i%streams
		g.kinds[id] = r.half()
	}
	return nil
}
