package vectors

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/fields"
)

// A Vector is one line of the file.
type Vector struct {
	File      string
	Line      int
	ID, Case  string
	Before    tcp.TCB
	Segment   tcp.Segment
	Next      tcp.State
	Emitted   []Emitted
	NewTCB    bool // the listener's fork takes over
	Changes   []fields.Change
	Delivered uint32
	Signal    string
	Rules     []string
}

// Emitted is one expected segment.
type Emitted struct {
	SEQ, ACK tcp.Seq
	NewISS   bool // SEQ is any number above the one given
	DATA     uint32
	CTL      tcp.Flags
}

var columns = []string{"id", "state", "case", "tcb_before", "segment", "next_state",
	"emitted", "tcb_changes", "octets_delivered", "signal", "rules"}

// maxErrors ends the reading of a file that is something else altogether.
const maxErrors = 20

// Read reads a file of vectors; name stands in its errors. The vectors that
// could be read come back even when others could not.
func Read(name string, r io.Reader) ([]*Vector, error) {
	var all []*Vector
	var errs []error
	seen := map[string]int{}
	lines := bufio.NewScanner(r)
	for line := 1; lines.Scan() && len(errs) < maxErrors; line++ {
		if lines.Text() == "" {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t")
		if line == 1 {
			if err := checkHeader(cells); err != nil {
				return nil, fmt.Errorf("%s:1: %w", name, err)
			}
			continue
		}
		v := &Vector{File: name, Line: line}
		if err := v.read(cells); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, line, err))
			continue
		}
		if first, again := seen[v.ID]; again {
			errs = append(errs, fmt.Errorf("%s:%d: %s was line %d already; give this one another id", name, line, v.ID, first))
			continue
		}
		seen[v.ID] = line
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		errs = append(errs, fmt.Errorf("%s: %w", name, err))
	}
	if len(all) == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s: no vector in the file; write one a line below the header", name))
	}
	return all, errors.Join(errs...)
}

func checkHeader(cells []string) error {
	for i, want := range columns {
		if i >= len(cells) || cells[i] != want {
			return fmt.Errorf("this is no file of vectors: column %d of the header is not %q; the header is: %s",
				i+1, want, strings.Join(columns, " "))
		}
	}
	return nil
}

func (v *Vector) read(cells []string) error {
	if len(cells) != len(columns) {
		return fmt.Errorf("%d columns, not %d; separate the columns by one tab, and write - for an empty one", len(cells), len(columns))
	}
	v.ID, v.Case = cells[0], cells[2]
	var state tcp.State
	steps := []func() error{
		func() (err error) { state, err = readState(cells[1]); return err },
		func() error { return v.readBefore(state, cells[3], showsTimestamps(cells)) },
		func() error { return v.readSegment(cells[4]) },
		func() (err error) { v.Next, err = readState(cells[5]); return err },
		func() error { return v.readEmitted(cells[6]) },
		func() error { return v.readChanges(cells[7]) },
		func() (err error) { v.Delivered, err = readNumber(cells[8]); return err },
		func() error { return v.readSignal(cells[9]) },
		func() error { return v.readRules(cells[10]) },
	}
	at := []int{1, 3, 4, 5, 6, 7, 8, 9, 10}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("column %s: %w", columns[at[i]], err)
		}
	}
	return nil
}

// readState knows the states by the names that the core gives them.
func readState(word string) (tcp.State, error) {
	var known []string
	for s := tcp.Closed; s < tcp.NumStates; s++ {
		if s.String() == word {
			return s, nil
		}
		known = append(known, s.String())
	}
	return 0, fmt.Errorf("%q is no state; the states are %s", word, strings.Join(known, " "))
}

func readNumber(word string) (uint32, error) {
	n, err := strconv.ParseUint(word, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no number; write a decimal number below 4294967296", word)
	}
	return uint32(n), nil
}

func readFlags(word string) (tcp.Flags, error) {
	var set tcp.Flags
	if word == "" {
		return 0, nil
	}
	for _, name := range strings.Split(word, ",") {
		found := false
		for bit := tcp.FIN; bit != 0; bit <<= 1 {
			if bit.String() == name {
				set |= bit
				found = true
			}
		}
		if !found {
			return 0, fmt.Errorf("%q is no control bit; write FIN SYN RST PSH ACK URG ECE CWR, separated by commas", name)
		}
	}
	return set, nil
}

// A term is one NAME=VALUE of a column.
type term struct{ name, value string }

// terms splits a column at its spaces; what stands in parentheses of its own is a remark.
func terms(cell string) ([]term, error) {
	var all []term
	if cell == "-" {
		return nil, nil
	}
	depth, start := 0, 0
	for i := 0; i <= len(cell); i++ {
		if i == len(cell) || cell[i] == ' ' && depth == 0 {
			if word := cell[start:i]; word != "" && word[0] != '(' {
				name, value, ok := strings.Cut(word, "=")
				if !ok {
					return nil, fmt.Errorf("%q is not NAME=VALUE", word)
				}
				all = append(all, term{name, value})
			}
			start = i + 1
			continue
		}
		switch cell[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("%q has a parenthesis without its partner", cell)
	}
	return all, nil
}

// showsTimestamps tells whether the host of this vector uses timestamps at all.
func showsTimestamps(cells []string) bool {
	return strings.Contains(cells[3], "TS.Recent") || strings.Contains(cells[4], "TSval")
}

func (v *Vector) readSignal(cell string) error {
	if _, ok := signals[cell]; !ok && cell != "-" {
		return fmt.Errorf("%q is no signal; write refused, reset, closing or -", cell)
	}
	v.Signal = cell
	return nil
}

var label = regexp.MustCompile(`^[A-Z]+(-[A-Z0-9]+)+$`)

func (v *Vector) readRules(cell string) error {
	if cell != "-" {
		v.Rules = strings.Fields(cell)
	}
	for _, r := range v.Rules {
		if !label.MatchString(r) {
			return fmt.Errorf("%q is no label of a rule; labels look like SA-RST-3", r)
		}
	}
	return nil
}
