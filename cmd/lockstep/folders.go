package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
)

// writable makes the folder that a flag names, if it is not there, and writes a file in
// it, that it takes away again: what could not be kept is known before anything takes time.
func writable(flag, folder string) error {
	if folder == "" {
		return nil
	}
	err := os.MkdirAll(folder, 0o777)
	if err == nil {
		err = try(folder)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: nothing can be kept there; name a folder that can be written, on a disk that is not full", flag, err)
	}
	return nil
}

func try(folder string) error {
	f, err := os.CreateTemp(folder, ".lockstep-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString("lockstep tries whether this folder can be written\n")
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

// keeping keeps failures in a folder. What could not be kept is said once, behind all
// that was found.
type keeping struct {
	folder string // "": nothing is kept
	quiet  bool   // they are printed elsewhere
	first  error  // what went wrong first
	lost   int    // how many could not be kept
}

// tell prints a failure, and keeps it.
func (k *keeping) tell(s streams, x *counterexample.Counterexample) {
	k.lose(failure{x, k.folder, k.quiet}.tell(s))
}

// lose counts something that could not be told, if there is an error.
func (k *keeping) lose(err error) {
	if err == nil {
		return
	}
	if k.lost++; k.first == nil {
		k.first = err
	}
}

// and is the end of a verb, and what could not be kept.
func (k *keeping) and(err error) error {
	if k.first == nil {
		return err
	}
	return errors.Join(err, fmt.Errorf("%d of what was found could not be kept, or printed: %w", k.lost, k.first))
}
