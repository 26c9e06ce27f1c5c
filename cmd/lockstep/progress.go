package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// progress shows what goes on: on a terminal, lines in each other's place; elsewhere, as
// in the log of CI, one each half minute.
type progress struct {
	w       io.Writer
	rewrite bool
	told    time.Time
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, rewrite: ok && terminal(f), told: time.Now()}
}

func (p *progress) show(line string) {
	switch {
	case p.rewrite:
		fmt.Fprintf(p.w, "\r\033[K%s", line)
	case time.Since(p.told) >= 30*time.Second:
		p.told = time.Now()
		fmt.Fprintln(p.w, line)
	}
}

// clear takes the last line away.
func (p *progress) clear() {
	if p.rewrite {
		fmt.Fprint(p.w, "\r\033[K")
	}
}

// world is what goes on while one is explored.
func (p *progress) world(name string) func(explore.Progress) {
	return func(x explore.Progress) {
		p.show(fmt.Sprintf("%s: depth %d, %d states, %d waiting, %.0f MB, %v", name, x.Depth, x.States, x.Waiting, float64(x.Octets)/1e6, x.Elapsed.Round(time.Second)))
	}
}

// terminal tells whether a person is at the other end: the null device is one of characters, too.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
