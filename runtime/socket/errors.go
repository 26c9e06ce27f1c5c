package socket

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// ErrUrgent is reported when the peer has urgent data, and when there is more of it
// (MUST-32).
var ErrUrgent = errors.New("the peer has urgent data")

// systemError names the call a bare errno would have come from, as package net does.
func systemError(call string, err error) error {
	if errno, ok := err.(syscall.Errno); ok {
		return os.NewSyscallError(call, errno)
	}
	return err
}

// callError says which call failed, on which socket.
func callError(op, network string, local, remote net.Addr, err error) error {
	call := op
	switch op {
	case "dial":
		call = "connect"
	case "listen":
		call = "bind"
	}
	return &net.OpError{Op: op, Net: network, Source: local, Addr: remote, Err: systemError(call, err)}
}
