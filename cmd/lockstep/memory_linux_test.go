package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/lockstep-tcp/lockstep/internal/race"
)

// A search that comes to its bound of memory says so, and the process has taken little more than that.
func TestMemory(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: the memory of a process: with the race detector it is another")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, "verify", "-config", "data-reordered", "-max-memory", "400", "-workers", "2")
	c.Args[0] = "lockstep"
	out, _ := c.Output() // ends with a failure: the bound is checked below
	if !strings.Contains(string(out), "not exhausted: data-reordered (memory bound reached)") {
		t.Fatalf("says:\n%s", out)
	}
	most := c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	t.Logf("%d MiB at most", most)
	if most < 200 || most > 480 {
		t.Errorf("of 400 MiB that there may be, it took %d", most)
	}
}
