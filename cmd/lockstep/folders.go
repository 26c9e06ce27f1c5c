package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
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

// lockFile is in a folder while a process has it to itself. One that is left behind, by a
// process that was killed, means nothing: a lock dies with its process.
const lockFile = "lockstep.lock"

// alone gives this process the folder that a flag names, until it is given back: two would
// write the same files.
func alone(flag, folder string) (back func(), err error) {
	path := filepath.Join(folder, lockFile)
	for range 100 {
		lock := flock.New(path, flock.SetPermissions(0o666))
		locked, err := lock.TryLock()
		if err == nil && locked && present(lock) {
			return func() { release(lock) }, nil
		}
		lock.Close()
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %s can't be locked: %w; name a folder on a disk where files can", flag, path, err)
		case !locked:
			return nil, fmt.Errorf("%s: another lockstep keeps its searches in %s (it has %s locked): wait until it ends, or name another folder", flag, folder, path)
		}
		// Who had it has removed it since it was opened: of what is there now others know.
	}
	return nil, fmt.Errorf("%s: %s comes and goes: others keep searches in %s; name another folder", flag, path, folder)
}

// present tells that the file that is locked is the one that others would lock.
func present(lock *flock.Flock) bool {
	held, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(held, there)
}

// release removes the file while it is locked, so that nobody else's is removed; a system
// that removes no open file lets nobody remove another's, either.
func release(lock *flock.Flock) {
	err := os.Remove(lock.Path())
	lock.Close()
	if err != nil {
		os.Remove(lock.Path()) // what stays means nothing
	}
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
