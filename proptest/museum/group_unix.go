//go:build unix

package museum

import (
	"os/exec"
	"syscall"
)

// apart gives a command a process group of its own, all of which is interrupted when its
// context ends.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}

// end kills what is left of such a group.
func end(cmd *exec.Cmd) {
	if cmd.Process != nil {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // mostly, nothing is left
	}
}
