// Package link carries IP packets between stacks, or between a stack and the
// world, in batches: a pipe in memory, faults to put on any link, a tap to watch
// one. The TUN device of an operating system has a package of its own.
//
// Whoever waits on a link waits on a condition or a timer and nothing else, so
// that in a testing/synctest bubble it is durably blocked and time can pass.
package link

// Link carries packets between this end and another. Its methods may be called
// by several goroutines; Recv by one at a time.
type Link interface {
	// MTU is the greatest length in octets of a packet that the link carries.
	MTU() int

	// Send takes the packets of a batch over, in order, and never blocks: what
	// there is no room for is dropped and counted. The slice stays the caller's.
	// The error is net.ErrClosed after Close, or the device's.
	Send(batch []*Packet) error

	// Recv blocks until at least one packet has come, fills the batch from its
	// front with as many as there are, and hands them over; the caller returns
	// them with Put. The error is net.ErrClosed after Close, or the device's.
	Recv(batch []*Packet) (int, error)

	// Close ends the link at this end and wakes whoever is blocked in Recv.
	Close() error
}
