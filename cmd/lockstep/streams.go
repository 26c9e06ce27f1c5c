package main

import (
	"errors"
	"fmt"
	"io"
)

// streams are where a verb writes: results to out, everything else to err.
type streams struct{ out, err io.Writer }

// remembering is a writer that remembers what went wrong first, so that no verb need look after each line.
type remembering struct {
	io.Writer
	failed error
}

func (w *remembering) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	if err != nil && w.failed == nil {
		w.failed = err
	}
	return n, err
}

// and is the end of a verb, and that not all was written; once, if the verb says so itself.
func (w *remembering) and(err error) error {
	if w.failed == nil || errors.Is(err, w.failed) {
		return err
	}
	return errors.Join(err, fmt.Errorf("not all that was found could be printed: %w", w.failed))
}

// errFindings ends a verb that has already said what it found.
var errFindings = errors.New("findings")

// errTold ends a verb that could not do what it was asked, and has already said why.
var errTold = errors.New("told")

// failed is the end of a verb whose work was possible, and went wrong.
type failed struct{ error }

func (f failed) Unwrap() error { return f.error }

// conclude says what has not been said yet of how a verb ended, and is the exit code.
// Where something was found and something else went wrong, what was found counts.
func conclude(verb string, stderr io.Writer, err error) int {
	if err == nil {
		return fine
	}
	tell(verb, stderr, err)
	var wrong failed
	if errors.Is(err, errFindings) || errors.As(err, &wrong) {
		return findings
	}
	return trouble
}

// tell says each of the errors that were joined, but for what has been said.
func tell(verb string, stderr io.Writer, err error) {
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range all.Unwrap() {
			tell(verb, stderr, err)
		}
		return
	}
	if err != errFindings && err != errTold {
		fmt.Fprintf(stderr, "lockstep %s: %v\n", verb, err)
	}
}
