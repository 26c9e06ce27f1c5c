package explore

import (
	"encoding/binary"
	"sync/atomic"
)

// chunkOctets is a compromise: large enough that taking one costs nothing,
// small enough that the last ones of a level spread over all workers.
const chunkOctets = 8 << 10

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

// writer is one worker's part of the next level. Chunks it has expanded become
// chunks to fill.
type writer struct {
	out    []byte
	full   [][]byte
	free   [][]byte
	states int64
	made   *atomic.Int64 // chunks in existence, over all workers
}

// put writes a state that stands for weight states.
func (w *writer) put(encoding []byte, id uint32, weight int64) {
	if len(w.out)+entryHeader+len(encoding) > cap(w.out) {
		if w.out != nil {
			w.full = append(w.full, w.out)
		}
		w.out = w.chunk()
	}
	w.out = appendEntry(w.out, encoding, id)
	w.states += weight
}

func (w *writer) chunk() []byte {
	if n := len(w.free); n > 0 {
		c := w.free[n-1]
		w.free = w.free[:n-1]
		return c[:0]
	}
	w.made.Add(1)
	return make([]byte, 0, chunkOctets)
}

// handOver moves what was written to f.
func (w *writer) handOver(f *frontier) {
	if len(w.out) > 0 {
		w.full = append(w.full, w.out)
		w.out = nil
	}
	f.chunks = append(f.chunks, w.full...)
	f.states += w.states
	w.full, w.states = w.full[:0], 0
}
