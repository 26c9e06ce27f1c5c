package explore

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"
)

// resume reads the checkpoint; false if there is none.
func (s *search[S]) resume() (bool, error) {
	f, err := os.Open(s.o.Checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if err = checkSum(f); err == nil {
		err = s.read(&reader{Reader: bufio.NewReaderSize(f, 1<<20)})
	}
	if err != nil {
		return false, fmt.Errorf("checkpoint %s: %w", s.o.Checkpoint, err)
	}
	return true, nil
}

var errDamaged = errors.New("damaged: its checksum is wrong; remove it to begin anew")

// checkSum reads f once before anything in it is believed, and leaves it at its start.
func checkSum(f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if size < 4 {
		return errDamaged
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum, want := crc32.NewIEEE(), make([]byte, 4)
	if _, err := io.CopyN(sum, f, size-4); err != nil {
		return err
	}
	if _, err := io.ReadFull(f, want); err != nil {
		return err
	}
	if sum.Sum32() != binary.LittleEndian.Uint32(want) {
		return errDamaged
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

func (s *search[S]) read(r *reader) error {
	var h header
	if err := gob.NewDecoder(r.Reader).Decode(&h); err != nil {
		return fmt.Errorf("it cannot be read (%w); go on with the program that wrote it, or remove it to begin anew", err)
	}
	if d := differences(h.Parameters, s.parameters()); d != "" {
		return fmt.Errorf("it is of another search: %s; go on as it was begun, or remove it to begin anew", d)
	}
	s.depth, s.transitions, s.expanded, s.terminal = h.Depth, h.Transitions, h.Expanded, h.Terminal
	s.images, s.widest, s.earlier, s.verdicts = h.Images, h.Widest, h.Elapsed, inOtherWords(h.Verdicts, s.shorten)
	copy(s.count, h.Count)
	for _, b := range h.Breaches {
		b.spelt, b.State = b.State, s.shorten(b.State)
		s.breaches[b.Property] = &b
	}
	s.filled.Store(h.Held)
	s.before, s.midway = h.Held+h.Images, h.Cur.Chunks > 0
	switch {
	case h.Held <= s.room.Load():
	case h.waits():
		s.reserve(2*h.Held, fullest)
	case s.graph != nil:
		s.graph.grow(int(h.Held))
	}
	s.readFrontiers(r, &h)
	if s.graph != nil {
		if err := s.graph.read(r, &h.Graph); err != nil {
			return err
		}
	}
	if h.waits() {
		for i := int64(0); i < h.Held && r.err == nil; i++ {
			s.readEntry(r)
		}
	}
	if s.graph != nil {
		s.graph.states.Store(uint32(h.Held))
	}
	return r.err
}

func (s *search[S]) readFrontiers(r *reader, h *header) {
	s.cur.states, s.next.states = h.Cur.States, h.Next.States
	for i := range h.Cur.Chunks + h.Next.Chunks {
		f := s.cur
		if i >= h.Cur.Chunks {
			f = s.next
		}
		chunk := slices.Clip(translate(r.take(int(r.word())), nil, s.shorten))
		f.chunks = append(f.chunks, chunk)
		s.chunks.Add(int64(cap(chunk)))
	}
	if h.Cur.Chunks == 0 && h.Next.Chunks > 0 { // it ended just at a border
		s.cur, s.next = s.next, &frontier{}
		s.depth++
		s.widest = max(s.widest, s.cur.states)
	}
}

// readEntry puts into the visited set what writeEntry has found there.
func (s *search[S]) readEntry(r *reader) {
	var f Print
	var encoding []byte
	switch s.o.Mode {
	case Exact:
		encoding = s.shorten(slices.Clone(r.take(int(r.half()))))
		f = s.hash(encoding)
	case Strict:
		f.a = r.long()
		f.b = r.long()
	default:
		f.a = r.long()
	}
	if s.graph != nil {
		s.graph.states.Store(r.word()) // the number that add gives
	}
	s.set.add(f, encoding, &s.workers[0].arena)
}

// reader reads integers and octets, and remembers its first error.
type reader struct {
	*bufio.Reader
	err error
}

// take gives the next n octets, until more are taken.
func (r *reader) take(n int) []byte {
	b, err := r.Peek(n)
	if err != nil {
		r.err = cmp.Or(r.err, err)
		return make([]byte, n)
	}
	r.Discard(n)
	return b
}

func (r *reader) half() uint16 { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *reader) word() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) long() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }
