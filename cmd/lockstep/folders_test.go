package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/lockstep-tcp/lockstep/internal/race"
)

// Two runs do not keep their searches in one folder: the second is refused at once, and
// not any more when the first has ended, in whatever way.
func TestKeepsAlone(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: two runs in one folder: with the race detector it takes long, and the processes share nothing")
	}
	folder := filepath.Join(t.TempDir(), "kept")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	first := exec.Command(exe, "verify", "-config", "data-reordered", "-workers", "1", "-keep", folder)
	first.Args[0] = "lockstep"
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	defer first.Process.Kill()
	lock := filepath.Join(folder, lockFile)
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(lock); err == nil {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal("nothing is locked")
		}
	}
	time.Sleep(200 * time.Millisecond) // it is opened, and then locked
	second := func() (code int, says string) {
		var err strings.Builder
		code = run([]string{"verify", "-config", "urgent-unread", "-keep", folder}, io.Discard, &err)
		return code, err.String()
	}
	want := "lockstep verify: -keep: another lockstep keeps its searches in " + folder + " (it has " + lock + " locked): wait until it ends, or name another folder\n"
	if code, says := second(); code != trouble || says != want {
		t.Errorf("beside another it ends with %d: %q, want %q", code, says, want)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	first.Wait() // it was killed
	if code, says := second(); code != fine {
		t.Errorf("behind one that was killed it ends with %d: %s", code, says)
	}
	empty(t, folder)
}

// Who has locked a file that its owner has removed has locked nobody out.
func TestLockThatWasRemoved(t *testing.T) {
	folder := t.TempDir()
	lock := flock.New(filepath.Join(folder, lockFile))
	if locked, err := lock.TryLock(); !locked || !present(lock) {
		t.Fatalf("locked: %v, %v", locked, err)
	}
	if os.Remove(lock.Path()) == nil && present(lock) {
		t.Error("what was removed is held for present")
	}
	lock.Close()
}
