package explore

import (
	"encoding/binary"
	"slices"
	"sync/atomic"
)

// chunkOctets is a compromise: large enough that taking one costs nothing,
// small enough that the last ones of a level spread over all workers. While there
// is little, a new one is only as large as a part of all.
const (
	chunkOctets = 8 << 10
	chunkPart   = 32
)

// frontier is the encodings of one level: chunks of entries, an entry being a
// header and the encoding.
type frontier struct {
	chunks [][]byte
	taken  atomic.Int64 // chunks that workers took
	states int64        // … and images that they stand for
}

// take gives out the next chunk.
func (f *frontier) take() ([]byte, bool) {
	i := f.taken.Add(1) - 1
	if i >= int64(len(f.chunks)) {
		return nil, false
	}
	return f.chunks[i], true
}

// rest is what was not taken.
func (f *frontier) rest() [][]byte { return f.chunks[min(f.taken.Load(), int64(len(f.chunks))):] }

// An entry is: length of the encoding (2 octets), index of the state (4, used
// when the graph is kept), encoding.
const entryHeader = 6

// entry cuts the first entry off a chunk.
func entry(chunk []byte) (encoding []byte, id uint32, rest []byte) {
	n := entryHeader + int(binary.LittleEndian.Uint16(chunk))
	return chunk[entryHeader:n:n], binary.LittleEndian.Uint32(chunk[2:]), chunk[n:]
}

func appendEntry(chunk, encoding []byte, id uint32) []byte {
	chunk = binary.LittleEndian.AppendUint16(chunk, uint16(len(encoding)))
	chunk = binary.LittleEndian.AppendUint32(chunk, id)
	return append(chunk, encoding...)
}

// translate appends the entries of a chunk with their encodings in other words.
func translate(chunk, b []byte, word func([]byte) []byte) []byte {
	for len(chunk) > 0 {
		var encoding []byte
		var id uint32
		encoding, id, chunk = entry(chunk)
		b = appendEntry(b, word(encoding), id)
	}
	return b
}

// writer is one worker's part of the next level. Chunks it has expanded become
// chunks to fill.
type writer struct {
	out    []byte
	full   [][]byte
	free   [][]byte
	states int64
	gone   int64         // octets of chunks let go since the level began
	held   *atomic.Int64 // octets of chunks in existence, over all workers
}

// put writes a state that stands for weight states.
func (w *writer) put(encoding []byte, id uint32, weight int64) {
	if len(w.out)+entryHeader+len(encoding) > cap(w.out) {
		if w.out != nil {
			w.full = append(w.full, w.out)
		}
		w.out = w.chunk(entryHeader + len(encoding))
	}
	w.out = appendEntry(w.out, encoding, id)
	w.states += weight
}

// chunk is one with room for so many octets; those that are too small are let go.
func (w *writer) chunk(octets int) []byte {
	for n := len(w.free); n > 0; n = len(w.free) {
		c := w.free[n-1]
		w.free = w.free[:n-1]
		if cap(c) >= octets {
			return c[:0]
		}
		w.gone += int64(cap(c))
	}
	c := slices.Grow([]byte(nil), max(min(int(w.held.Load())/chunkPart, chunkOctets), octets))
	w.held.Add(int64(cap(c)))
	return c
}

// handOver moves what was written to f.
func (w *writer) handOver(f *frontier) {
	if len(w.out) > 0 {
		w.full = append(w.full, w.out)
		w.out = nil
	}
	f.chunks = append(f.chunks, w.full...)
	f.states += w.states
	w.held.Add(-w.gone)
	w.full, w.states, w.gone = w.full[:0], 0, 0
}
