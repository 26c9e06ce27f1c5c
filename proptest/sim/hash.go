package sim

import (
	"encoding/binary"
	"fmt"
	"path"
	"runtime"
	"strings"
	"time"
)

// fnv is a FNV-1a hash in progress: the same on every machine.
type fnv uint64

const fnvPrime = 1099511628211

func newFNV() fnv { return 14695981039346656037 }

func (h *fnv) bytes(b []byte) {
	x := uint64(*h)
	for _, c := range b {
		x = (x ^ uint64(c)) * fnvPrime
	}
	*h = fnv(x)
}

func (h *fnv) word(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	h.bytes(b[:])
}

// note puts something that happened at the present time into the trace hash.
func (w *world) note(what string, n ...uint64) {
	w.hash.bytes([]byte(what))
	w.hash.word(uint64(w.now / time.Microsecond))
	for _, n := range n {
		w.hash.word(n)
	}
}

// where names the place of a panic that is being recovered: the first function of
// this project on the stack that is not the simulator's.
func where() string {
	var pc [64]uintptr
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc[:])])
	for {
		f, more := frames.Next()
		if strings.Contains(f.Function, "lockstep/") && !strings.Contains(f.Function, "/proptest/") {
			return fmt.Sprintf(" in %s (%s:%d)", path.Base(f.Function), path.Base(f.File), f.Line)
		}
		if !more {
			return ""
		}
	}
}
