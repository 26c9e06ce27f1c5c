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

// header is what a checkpoint says before its lists: the chunks of the current
// level not yet expanded, those of the next level, the graph, the visited set.
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
	Graph       graphSize // nothing, if none is kept
	Verdicts    []Verdict // on the first of Liveness
}

type frontierSize struct {
	Chunks int
	States int64
}

// waits tells that there are states not yet expanded. When there are none, none is
// looked up again, and the visited set need not be kept.
func (h *header) waits() bool { return h.Cur.Chunks+h.Next.Chunks > 0 }

// parameters are everything that the result of the search depends on.
func (s *search[S]) parameters() []Parameter {
	symmetry, live := "no", "not asked"
	if s.o.Symmetry {
		symmetry = "yes"
	}
	if s.graph != nil {
		live = "asked: list " + digest(s.o.Liveness)
	}
	return append([]Parameter{
		{"model", s.model.Name()}, {"store", s.o.Mode.String()}, {"symmetry", symmetry},
		{"part on what must come to pass", live}, {"list of witnesses", digest(s.model.Witnesses())},
	}, s.o.Parameters...)
}

// digest tells lists apart.
func digest[T any](list []T) string {
	h := fnv.New64a()
	for _, x := range list {
		fmt.Fprintln(h, x)
	}
	return fmt.Sprintf("%016x", h.Sum64())
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

// pause is how much longer than writing the last checkpoint took the search goes on
// before the next one: of its time, writing takes a tenth at most.
const pause = 10

// saveInTime writes a checkpoint at a level border, when one is due. Where that fails,
// the search goes on, and tries again when the next one is due.
func (s *search[S]) saveInTime() {
	if s.o.Checkpoint == "" || s.o.CheckpointEvery <= 0 || time.Since(s.saved) < max(s.o.CheckpointEvery, pause*s.saving) {
		return
	}
	began, before := time.Now(), s.unkept
	s.unkept = s.save()
	s.saved = time.Now()
	s.saving = s.saved.Sub(began)
	if s.unkept != nil && before == nil && s.o.Unkept != nil {
		s.o.Unkept(s.unkept)
	}
}

// saveAtEnd keeps a search that can go on.
func (s *search[S]) saveAtEnd(why End) {
	if s.o.Checkpoint != "" && why.GoesOn() {
		s.unkept = s.save()
	}
}

// forget removes the checkpoint of a search that is over. What could not be written on the
// way is of no use any more.
func (s *search[S]) forget(why End) {
	if s.o.Checkpoint == "" || why.GoesOn() {
		return
	}
	s.unkept = nil
	if err := os.Remove(s.o.Checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.unkept = err
	}
}

// save writes beside the old checkpoint and then takes its place: an
// interruption in between, of the machine too, loses nothing.
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
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("checkpoint not written: %w", errors.Join(err, os.Remove(beside)))
	}
	return os.Rename(beside, s.o.Checkpoint)
}

// write gives errors of the header alone: w remembers its own until it is flushed.
func (s *search[S]) write(w *bufio.Writer) error {
	cur, next := s.unexpanded(), s.next.chunks
	h := header{
		Parameters: s.parameters(), Depth: s.depth, Transitions: s.transitions,
		Expanded: s.expanded, Terminal: s.terminal, Images: s.images, Widest: s.widest,
		Elapsed: s.earlier + time.Since(s.began), Count: s.tally(), Held: s.filled.Load(),
		Cur: frontierSize{len(cur), s.cur.states}, Next: frontierSize{len(next), s.next.states},
		Verdicts: inOtherWords(s.verdicts, s.spell),
	}
	for _, b := range s.breaches {
		kept := *b
		kept.State = b.spelt
		h.Breaches = append(h.Breaches, kept)
	}
	if s.graph != nil {
		h.Graph = s.graph.sizes()
	}
	if err := gob.NewEncoder(w).Encode(h); err != nil {
		return err
	}
	var spelt []byte
	for _, chunk := range slices.Concat(cur, next) {
		spelt = translate(chunk, spelt[:0], s.spell)
		writeWord(w, uint32(len(spelt)))
		w.Write(spelt)
	}
	if s.graph != nil {
		s.graph.write(w)
	}
	if h.waits() {
		s.set.each(func(f Print, encoding []byte, id uint32) { s.writeEntry(w, f, encoding, id) })
	}
	return nil
}

func (s *search[S]) writeEntry(w *bufio.Writer, f Print, encoding []byte, id uint32) {
	b := w.AvailableBuffer()
	switch s.o.Mode {
	case Exact:
		encoding = s.spell(encoding)
		b = append(binary.LittleEndian.AppendUint16(b, uint16(len(encoding))), encoding...)
	case Strict:
		b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, f.a), f.b)
	default:
		b = binary.LittleEndian.AppendUint64(b, f.a)
	}
	if s.graph != nil {
		b = binary.LittleEndian.AppendUint32(b, id)
	}
	w.Write(b)
}

func writeWord(w *bufio.Writer, x uint32) {
	w.Write(binary.LittleEndian.AppendUint32(w.AvailableBuffer(), x))
}

// inOtherWords is verdicts with the encodings of their moves in other words.
func inOtherWords(verdicts []Verdict, word func([]byte) []byte) []Verdict {
	moves := func(list []Move) []Move {
		list = slices.Clone(list)
		for i := range list {
			list[i].State = word(list[i].State)
		}
		return list
	}
	verdicts = slices.Clone(verdicts)
	for i := range verdicts {
		v := &verdicts[i]
		v.Prefix, v.Cycle = moves(v.Prefix), moves(v.Cycle)
	}
	return verdicts
}
