package sim

import "time"

// Side is one of the two TCP peers of the RFC's figures.
type Side uint8

// The two peers.
const (
	A Side = iota
	B
	sides
)

// Other is the peer.
func (s Side) Other() Side { return 1 - s }

// String is the peer's letter.
func (s Side) String() string { return "AB"[s : s+1] }

// Case is one run, complete.
type Case struct {
	Seed   uint64       // of the hosts' secrets and of what happens first at one instant
	Delay  [sides]int32 // milliseconds from A to B, and from B to A
	Hosts  [sides]Host
	Calls  []Call
	Faults []Fault
	Insert []Insertion
	Batch  bool  // packets that arrive at one instant are one batch
	Block  bool  // the hosts are stacks with sockets, and users wait in calls; there are no batches
	Cut    int32 // after so many steps both users end everything by Ending; 0: after the last call
	Ending Ending
}

// Host is how one peer is set up. The zero value is the engine's default but for
// the options: they are off unless asked for.
type Host struct {
	ISS        uint32 // what the clock of initial sequence numbers shows when the run begins
	Shift      uint32 // and by how much more it is put forward: R2 compares runs that differ in nothing else
	Age        uint16 // how often it has gone round before: 4.8 hours each time
	MTU        uint16 // 0: 1500
	Send       uint32 // octets of the send buffer; 0: 64 KiB
	Receive    uint32 // octets of the receive buffer; 0: 64 KiB
	Pieces     uint16 // most parts of text held out of order; 0: 256
	NoDelay    bool
	AckAtOnce  bool
	Scale      bool // window scaling
	Timestamps bool
	KeepAlive  bool // after a minute without traffic
	Impatient  bool // a user timeout of 20 s
}

// CallKind is what a user can do.
type CallKind uint8

// Kinds of calls. None of them blocks the script: what cannot be done at once is
// done in the background as soon as the engine says that it can, or waits in a
// goroutine if the case says so (Block).
const (
	Open      CallKind = iota // OPEN, active, towards the peer; ports are fixed, so both may do it
	Listen                    // OPEN, passive; connections are accepted as they come
	Unlisten                  // the listener is closed
	Send                      // N octets more to be sent
	Urgent                    // N octets more to be sent, urgent data
	Receive                   // N octets more wanted; 0: whatever comes
	HalfClose                 // CLOSE of the sending side, once all is written
	Close                     // CLOSE of both sides, once all is written
	Abort                     // ABORT
	Datagram                  // one UDP datagram of N octets
	KeepAlive                 // keep-alives are turned on; 0: off
	Cancel                    // the contexts of all Opens are done; where calls block
	Shut                      // the stack is closed; where calls block
	numCallKinds
)

// Call is one user call.
type Call struct {
	Host  Side
	After int32 // milliseconds after the call before it on this host
	Kind  CallKind
	N     uint32
}

// FaultKind is what can happen to a packet.
type FaultKind uint8

// Kinds of faults.
const (
	Lose      FaultKind = iota // it and By more after it are lost
	Duplicate                  // a copy arrives By milliseconds later
	Reorder                    // it arrives after the By+1 packets that follow, or after a second
	Delay                      // it takes By milliseconds longer; others overtake it
	Corrupt                    // bit By of it is changed, modulo its length
	numFaultKinds
)

// Fault happens to one packet: number Packet of those that From sends, from 0.
type Fault struct {
	From   Side
	Packet uint16
	Kind   FaultKind
	By     uint32
}

// Insertion is a segment that nobody of the two has sent. Its numbers are told
// relative to the connection they hit, so that they hit whatever its numbers are.
type Insertion struct {
	To      Side
	At      int32 // milliseconds after the beginning
	CTL     uint8
	Segment struct {
		SEQ int32  // added to the victim's RCV.NXT
		ACK int32  // added to the victim's SND.NXT
		LEN uint16 // octets of text
		WND uint16
		UP  uint16
	}
	MSS   uint16 // option; 0: none
	Scale uint8  // option, less one; 0: none
	Stamp uint32 // option; 0: none
	Alien bool   // from a port that belongs to no connection
	ICMP  uint8  // not a segment, but a Destination Unreachable about the victim's with the code ICMP-1
}

// Ending is what both users do when a run is cut short or at its end.
type Ending uint8

// Endings.
const (
	EndInPeace Ending = iota // they close, and read to the end of the stream
	EndGone                  // they close without reading
	EndAbort                 // they abort
	numEndings
)

// ms is a number of milliseconds as a duration.
func ms[T ~int32 | ~uint32](n T) time.Duration { return time.Duration(n) * time.Millisecond }
