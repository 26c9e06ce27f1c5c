//go:build !unix

package museum

import "os/exec"

// apart: where there are no process groups, the command alone is killed when its context ends.
func apart(*exec.Cmd) {}

func end(*exec.Cmd) {}
