package explore

import (
	"bufio"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// header is what a checkpoint says before its lists: the fingerprints, the
// chunks of the current level not yet expanded, those of the next level.
type header struct {
	Parameters  []Parameter
	Depth       int
	Transitions int64
	Expanded    int64
	Terminal    int64
	Images      int64
	Widest      int64
	Elapsed     time.Duration
	Count       []uint64
	Breaches    []Breach
	Held        int64
	Cur, Next   frontierSize
}

type frontierSize struct {
	Chunks int
	States int64
}

// parameters are everything that the result of the search depends on.
func (s *search[S]) parameters() []Parameter {
	symmetry, witnesses := "no", fnv.New64a()
	if s.o.Symmetry {
		symmetry = "yes"
	}
	for _, name := range s.model.Witnesses() {
		fmt.Fprintln(witnesses, name)
	}
	return append([]Parameter{
		{"model", s.model.Name()}, {"store", s.o.Mode.String()}, {"symmetry", symmetry},
		{"list of witnesses", fmt.Sprintf("%016x", witnesses.Sum64())},
	}, s.o.Parameters...)
}

// differences tells in what parameters two searches differ.
func differences(was, is []Parameter) string {
	value := func(list []Parameter, name string) string {
		for _, p := range list {
			if p.Name == name {
				return p.Value
			}
		}
		return ""
	}
	var list []string
	for _, p := range append(is[:len(is):len(is)], was...) {
		before, now := value(was, p.Name), value(is, p.Name)
		text := fmt.Sprintf("the %s was %q and is %q", p.Name, before, now)
		if before != now && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, ", ")
}

// saveInTime writes a checkpoint at a level border, when one is due.
func (s *search[S]) saveInTime() error {
	if s.o.Checkpoint == "" || s.o.CheckpointEvery <= 0 || time.Since(s.saved) < s.o.CheckpointEvery {
		return nil
	}
	s.saved = time.Now()
	return s.save()
}

// saveAtEnd keeps a search that can go on.
func (s *search[S]) saveAtEnd(why End) error {
	if s.o.Checkpoint == "" || !why.goesOn() {
		return nil
	}
	return s.save()
}

// forget removes the checkpoint of a search that is over.
func (s *search[S]) forget(why End) error {
	if s.o.Checkpoint == "" || why.goesOn() {
		return nil
	}
	if err := os.Remove(s.o.Checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// save writes beside the old checkpoint and then takes its place: an
// interruption in between loses nothing.
func (s *search[S]) save() error {
	beside := s.o.Checkpoint + ".new"
	f, err := os.Create(beside)
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	w := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	err = s.write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		_, err = f.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("checkpoint not written: %w", err)
	}
	return os.Rename(beside, s.o.Checkpoint)
}

func (s *search[S]) write(w io.Writer) error {
	cur, next := s.unexpanded(), s.next.chunks
	h := header{
		Parameters: s.parameters(), Depth: s.depth, Transitions: s.transitions,
		Expanded: s.expanded, Terminal: s.terminal, Images: s.images, Widest: s.widest,
		Elapsed: s.earlier + time.Since(s.began), Count: s.count, Held: s.filled.Load(),
		Cur: frontierSize{len(cur), s.cur.states}, Next: frontierSize{len(next), s.next.states},
	}
	for _, b := range s.breaches {
		h.Breaches = append(h.Breaches, *b)
	}
	if err := gob.NewEncoder(w).Encode(h); err != nil {
		return err
	}
	for _, chunk := range slices.Concat(cur, next) {
		if _, err := w.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(chunk)))); err != nil {
			return err
		}
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	var err error
	var buf []byte
	s.set.each(func(f print) {
		buf = binary.LittleEndian.AppendUint64(buf[:0], f.a)
		if s.o.Mode == Strict {
			buf = binary.LittleEndian.AppendUint64(buf, f.b)
		}
		if err == nil {
			_, err = w.Write(buf)
		}
	})
	return err
}

// resume reads the checkpoint; false if there is none.
func (s *search[S]) resume() (bool, error) {
	b, err := os.ReadFile(s.o.Checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = s.read(b)
	}
	if err != nil {
		return false, fmt.Errorf("checkpoint %s: %w; go on as it was begun, or remove it to begin anew", s.o.Checkpoint, err)
	}
	return true, nil
}

func (s *search[S]) read(b []byte) error {
	if len(b) < 4 || crc32.ChecksumIEEE(b[:len(b)-4]) != binary.LittleEndian.Uint32(b[len(b)-4:]) {
		return errors.New("damaged: its checksum is wrong")
	}
	r := &cursor{b: b[:len(b)-4]}
	var h header
	if err := gob.NewDecoder(r).Decode(&h); err != nil {
		return err
	}
	if d := differences(h.Parameters, s.parameters()); d != "" {
		return fmt.Errorf("it is of another search: %s", d)
	}
	if len(h.Count) != len(s.count) {
		return fmt.Errorf("it counts %d witnesses, and there are %d", len(h.Count), len(s.count))
	}
	s.depth, s.transitions, s.expanded, s.terminal = h.Depth, h.Transitions, h.Expanded, h.Terminal
	s.images, s.widest, s.earlier, s.count = h.Images, h.Widest, h.Elapsed, h.Count
	for _, b := range h.Breaches {
		s.breaches[b.Property] = &b
	}
	s.cur.states, s.next.states = h.Cur.States, h.Next.States
	for i := range h.Cur.Chunks + h.Next.Chunks {
		f := s.cur
		if i >= h.Cur.Chunks {
			f = s.next
		}
		n := int(binary.LittleEndian.Uint32(r.take(4)))
		f.chunks = append(f.chunks, append(make([]byte, 0, chunkOctets), r.take(n)...))
		s.chunks.Add(1)
	}
	if h.Cur.Chunks == 0 && h.Next.Chunks > 0 { // it ended just at a border
		s.cur, s.next = s.next, &frontier{}
		s.depth++
		s.widest = max(s.widest, s.cur.states)
	}
	s.filled.Store(h.Held)
	if h.Held > s.room.Load()-s.margin() {
		s.grow(2 * int(float64(h.Held)/fullest))
	}
	for range h.Held {
		f := print{a: binary.LittleEndian.Uint64(r.take(8))}
		if s.o.Mode == Strict {
			f.b = binary.LittleEndian.Uint64(r.take(8))
		}
		s.set.add(f, nil, nil)
	}
	return nil
}

// cursor reads octets in order. gob must not read ahead, so it is an io.ByteReader.
type cursor struct{ b []byte }

func (c *cursor) take(n int) []byte {
	head := c.b[:n]
	c.b = c.b[n:]
	return head
}

func (c *cursor) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	return copy(p, c.take(min(len(p), len(c.b)))), nil
}

func (c *cursor) ReadByte() (byte, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	return c.take(1)[0], nil
}
