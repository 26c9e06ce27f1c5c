package sim

import (
	"fmt"
	"time"
)

// Property is something that must hold in every run.
type Property uint8

// The properties, in the order in which they are listed.
const (
	StreamIntegrity Property = iota
	Delivery
	ReasonToWake
	Conservation
	Totality
	Quiescence
	NegotiatedOptions
	EventuallyClosed
	PatientEnd
	OneOutcome
	WakeUps
	CallsReturn
	NoSendAfterClose
	SoftErrors
	SequenceOrder
	Monotonic
	AckCorrect
	Handshake
	WindowRespect
	NoShrink
	WindowAsKept
	NoOverrun
	FewPieces
	FinOnce
	FinEnds
	TimerSanity
	StateFlags
	Transitions
	Unacceptable
	BlindReset
	BlindSYN
	NoResetToReset
	ResetForm
	WindowUpdate
	AckPromptly
	Retention
	NoSillyWindow
	NoSillySegment
	ProbesGrowRarer
	AbortOnUnread
	ListenerSurvives
	TimeWaitQuiet
	Continuity
	OnePath
	NoSpuriousResend
	CongestionBounds
	InitialWindow
	CongestionGrowth
	LossResponse
	CongestionKeeps
	OneReduction
	GoodputRecovers
	EmptyACKs
	RetransmissionTimeout
	Cost
	Resegmented
	Doubled
	Late
	Shift
	Determinism
	UDPBoundaries
	UDPApart
	numProperties
)

// Info is what is to be known about a property.
type Info struct {
	ID      string // as in docs: R1 to R9 the runtime's, S safety, T step by step, L liveness, C congestion, D data
	Name    string
	Section string // of RFC 9293, if no other is named
	Holds   string // what holds
	Catches string // what it would catch
	Assumes string // without what it would not hold; empty: nothing
}

// Info tells about the property.
func (p Property) Info() Info { return infos[p] }

// String is the property's number and name.
func (p Property) String() string { return infos[p].ID + " " + infos[p].Name }

// NumProperties is how many there are.
const NumProperties = int(numProperties)

// Properties lists all of them.
func Properties() (all []Property) {
	for p := range numProperties {
		all = append(all, p)
	}
	return all
}

// Violation is a property that did not hold.
type Violation struct {
	Property Property
	At       time.Duration
	Step     int
	What     string
	Place    string // file:line of the code that asked
}

func (v *Violation) String() string {
	i := v.Property.Info()
	return fmt.Sprintf("%v (%s): %s\n  at %v, in step %d\n  holds: %s\n  catches: %s", v.Property, i.Section, v.What, v.At, v.Step, i.Holds, i.Catches)
}

const honest = "nobody but the two hosts sends"

var infos = [numProperties]Info{
	StreamIntegrity: {"R1", "stream integrity", "2.2, 3.8",
		"octets read are a prefix of the octets the peer wrote, and the end of the stream comes after the last of them",
		"text lost, repeated, displaced or changed on its way; an end of stream before its time", honest},
	Delivery: {"L6", "delivery", "3.6",
		"between users that close in peace everything written is read",
		"text thrown away by a close; an end that is not told", "finitely many faults, no user timeout or R2 reached; " + honest},
	ReasonToWake: {"R3", "a reason to wake", "3.8.1, 3.8.6.1, RFC 6298 5",
		"whatever waits for the peer has a timer running: SYN, text or FIN unacknowledged, text behind a closed window, TIME-WAIT, FIN-WAIT-2 without a user",
		"every deadlock that begins with a lost packet: no persist timer, no retransmission in CLOSING, a timer stopped by a partial ACK", ""},
	Conservation: {"R4", "conservation", "3.10.4, 3.10.5",
		"after everything is closed no connection, timer, half-open entry or octet of buffer is left",
		"leaks of half-open connections, of backlog places, of TIME-WAIT records, of buffers", "both users close"},
	Totality: {"R5", "totality", "3.10",
		"any segment in any state is answered without a panic and without endless work",
		"index and arithmetic errors, options of no length, timers that are due for ever", ""},
	Quiescence: {"R7", "quiescence", "3.10.7.4, A.2",
		"without a user's call and without a timer only so many segments flow as the network still holds, and the RSTs that answer them",
		"acknowledgments of acknowledgments for ever (packet war), empty segments sent without end", ""},
	NegotiatedOptions: {"R8", "options as agreed", "3.7.1, RFC 7323 1.3, 3.2",
		"timestamps are in every segment if both SYNs had them and in none otherwise, a SYN,ACK offers what the SYN offered, segments are as large as the peer's MSS option allows",
		"options used that were not agreed, agreed and forgotten by one role, segments too large, an MSS option of 0 believed", honest},
	EventuallyClosed: {"L1", "eventually CLOSED", "3.6",
		"both ends reach CLOSED", "a close that waits for ever; a wake-up the user never gets",
		"finitely many faults, both users close and read to the end, timers run"},
	PatientEnd: {"L14", "a peer that lives is not given up", "3.8.3",
		"R2 is reached only if the network has harmed packets meanwhile, or there is no peer",
		"a receiver that refuses the very text it waits for, a sender that never sends it again: deadlocks that R2 ends", honest},
	OneOutcome: {"T14", "one outcome", "3.10.4, 3.10.7.4, MUST-12",
		"each connection is told to be closed once, and why: by what its last event was; that does not change after",
		"users left waiting; an error that hides a reset, or invents one", ""},
	WakeUps: {"R9", "no wake-up is lost", "3.9.1",
		"a user who waits for text, for the end of the stream or for room is told when there is some",
		"readers not told of the FIN, writers not told that the buffer is free", ""},
	CallsReturn: {"R9c", "every call returns", "3.9.1, 3.10.4",
		"a call that waits returns at once when what it waits for is there, when its context is done, and when its connection, its listener or its stack is closed",
		"callers left behind with their goroutines: by a Close during a Dial, by a context that nobody listens to", ""},
	NoSendAfterClose: {"R9s", "no SEND after CLOSE", "3.10.2, 3.10.4",
		"a SEND after CLOSE is refused", "octets that are taken and never sent", ""},
	SoftErrors: {"T15", "ICMP ends no connection", "3.9.2.2, RFC 5927 5.2",
		"an ICMP error changes no synchronized connection", "connections ended by whoever guesses their sockets", ""},
	SequenceOrder: {"S1", "sequence order", "3.4, 3.3.1",
		"ISS =< SND.UNA =< SND.NXT", "send variables that overtake each other", ""},
	Monotonic: {"S1m", "no way back", "3.4",
		"SND.UNA, SND.NXT, RCV.NXT and the offered edge only move forward",
		"old segments that turn variables back, at 2^31 and 2^32, too", ""},
	AckCorrect: {"S2", "acknowledgments are correct", "3.4, 3.10.7.4 fifth",
		"no segment acknowledges what its receiver has not sent", "acknowledgment of text beyond the FIN, of lost text, of a second FIN", honest},
	Handshake: {"S3", "handshake agreement", "3.5",
		"a connection that is ESTABLISHED has a peer whose ISS is its IRS", "old SYNs taken for new ones", honest},
	WindowRespect: {"S6", "the window is respected", "3.8.6, SHLD-15",
		"no new octet is sent beyond the right edge that was offered, but one that probes a closed window; the window of a SYN is taken as it stands there",
		"windows scaled wrongly, the window of a SYN scaled, probes of more than one octet", honest},
	NoShrink: {"S7", "no shrinking window", "3.8.6, SHLD-14",
		"the right edge that a host offers never moves left", "a window computed from the buffer anew; a value stored before it is clamped", ""},
	WindowAsKept: {"S7k", "the window told is the window kept", "3.8.6, RFC 7323 2.3",
		"a segment offers the edge that the machine has noted, but for what the scale cuts off",
		"a closed window told as an open one, a window rounded up, a field that overflows", ""},
	NoOverrun: {"S8", "no buffer overrun", "3.8.6.2.2",
		"what is received and unread, in order or not, fits the receive buffer", "text accepted into a closed window, windows wider than the buffer", ""},
	FewPieces: {"S8p", "few pieces", "3.10.7.4 seventh, SHLD-31",
		"text out of order is held in no more parts than the host allows, however small they are",
		"a reassembly queue that tiny segments make long, each of which then costs a walk along it", ""},
	FinOnce: {"S9", "one FIN", "3.10.4, 3.10.7.4 eighth",
		"a host's FIN has one sequence number, and nothing is sent beyond it", "a second FIN by a second CLOSE, text after FIN", ""},
	FinEnds: {"S9r", "a FIN is the end", "3.10.7.4 seventh, eighth",
		"behind the first FIN that is held no text is held, nor taken from what is held; and none is held once the FIN is taken",
		"text from behind a FIN delivered, or kept for ever; a second FIN that hides the first", ""},
	TimerSanity: {"S10", "timer sanity", "3.8.1, RFC 6298 5",
		"retransmission and persist timers never run together; CLOSED has no timer, TIME-WAIT its own",
		"two reasons to send that contradict each other; timers that outlive their connection", ""},
	StateFlags: {"S11", "state and FINs agree", "3.3.2",
		"the state tells whether our FIN was sent, queued, acknowledged", "LAST-ACK left by any ACK; FIN-WAIT-2 with a FIN unacknowledged", ""},
	Transitions: {"S12", "transitions of Figure 5", "3.3.2",
		"each change of state is an edge of Figure 5, or one of its listed exceptions", "wrong target states", ""},
	Unacceptable: {"T1", "an unacceptable segment gets an ACK", "3.10.7.4 first",
		"an unacceptable segment changes nothing and is answered by <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>",
		"segments processed before they are checked; silence where the peer needs to hear", ""},
	BlindReset: {"T2", "a blind RST does nothing", "3.10.7.4 second, RFC 5961 3",
		"a RST that does not hit RCV.NXT changes no state", "resets by guessing", ""},
	BlindSYN: {"T3", "a blind SYN does nothing", "3.10.7.4 fourth, RFC 5961 4",
		"a SYN changes neither state nor RCV variables of a synchronized connection", "a new SYN taken into an old connection", ""},
	NoResetToReset: {"T5", "no RST to a RST", "3.5.2, 3.10.7.1",
		"a RST is never answered by a RST", "two hosts that reset each other for ever", ""},
	ResetForm: {"T6", "the form of a reset", "3.10.7.1, 3.5.2",
		"to an ACK: <SEQ=SEG.ACK><CTL=RST>; else <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>",
		"resets that their receiver must ignore: SYN or FIN not counted", ""},
	WindowUpdate: {"T7", "window updates", "3.10.7.4 fifth",
		"SND.WND changes by newer segments only, and does so by every acceptable one of them", "old windows taken; window updates forgotten when nothing new is acknowledged", ""},
	AckPromptly: {"T8", "prompt acknowledgment", "3.8.6.3, SHLD-18, SHLD-19",
		"what was received is acknowledged or about to be; at least every second full segment at once", "an ACK that nobody will send", ""},
	Retention: {"T18", "what is held is taken", "3.10.7.4 seventh, SHLD-31, RFC 2525 2.5",
		"text and FIN that came too early are taken as soon as they are next in sequence", "a FIN or text lost in reassembly, to be sent once more by the peer", honest},
	NoSillyWindow: {"T16", "no silly windows offered", "3.8.6.2.2, MUST-39",
		"reading moves the right edge by half the buffer or a segment, or not at all", "windows that open octet by octet, so that the peer sends octet by octet", ""},
	NoSillySegment: {"T17", "no silly segments sent", "3.8.6.2.1, MUST-38, 3.7.4",
		"a segment is full, or half the largest window, or the last of what is queued and Nagle's algorithm lets it go",
		"small segments into small windows, Nagle's algorithm off where nobody switched it off", ""},
	ProbesGrowRarer: {"T19", "probes grow rarer", "3.8.6.1, SHLD-30",
		"between probes of a closed window lie 2, 4, 8 and more seconds, up to a minute, or more; also where the peer takes their octets",
		"a closed window probed at one pace for ever; each probe that is taken counted as a window that opens", ""},
	AbortOnUnread: {"T9", "a reset when text is lost", "3.6.1, SHLD-3",
		"CLOSE with unread text sends a RST", "a peer that takes lost text for delivered", ""},
	ListenerSurvives: {"T11", "the listener survives", "3.10.7.2, 3.10.7.4 second",
		"no segment ends a listener", "LISTEN closed by a RST or by a lost handshake", ""},
	TimeWaitQuiet: {"T12", "TIME-WAIT keeps quiet", "3.6.1, MUST-13, RFC 1337",
		"TIME-WAIT ends by its timer, by a SYN that may reopen, or by its user", "TIME-WAIT assassination", ""},
	Continuity: {"D0", "one owner", "3.3.1",
		"a TCB changes in events only: what one event left is what the next one finds", "a second hand on the machine's variables", ""},
	OnePath: {"D1", "there is one path", "3.10.7",
		"each segment that arrives is one event SEGMENT ARRIVES of the machine, or one drop that has a name; it is two for the SYN that follows a connection in TIME-WAIT",
		"a fast path that goes round the machine, a segment that vanishes, one that is processed twice", ""},
	NoSpuriousResend: {"C4", "nothing resent without loss", "RFC 6298 5, RFC 5681 3.2",
		"on a network without faults nothing is sent again", "timers too short, text counted as a duplicate ACK, all-or-nothing windows",
		"readers read, round trips take less than a second"},
	CongestionBounds: {"C1", "congestion window within bounds", "RFC 5681 3.1, RFC 7661 1",
		"cwnd is at least one segment, and at most what was tried: three times the send buffer, or the initial window",
		"a congestion window of nothing, one that grows without being used", ""},
	InitialWindow: {"C1i", "the initial window", "RFC 6928 2, RFC 5681 3.1",
		"cwnd begins with at most min(10*MSS, max(2*MSS, 14600)), with one segment if a SYN was lost", "a first burst that no network has asked for", ""},
	CongestionGrowth: {"C1g", "cwnd grows by what is acknowledged", "RFC 5681 3.1 (equation 2), 3.2, RFC 3465 2",
		"an ACK of N octets adds min(N, SMSS) in slow start, half of N if that is more; one segment for each cwnd of octets in congestion avoidance; one segment in recovery",
		"a window that one ACK opens wide, slow start that never ends", ""},
	LossResponse: {"C1l", "a loss is answered", "RFC 5681 3.1 (equation 4), 3.2",
		"after a loss ssthresh is at most max(FlightSize/2, 2*SMSS) and at least 2*SMSS; after a timeout cwnd is one segment",
		"a sender that loses and goes on as before, or forgets how to send", ""},
	CongestionKeeps: {"C2", "an ACK takes nothing away", "RFC 5681 3.1",
		"outside of recovery, no segment that arrives makes cwnd smaller, unless the connection was idle", "an ACK that reduces cwnd", ""},
	OneReduction: {"C3", "one reduction for each window of loss", "RFC 5681 3.2, RFC 6582 3.2, RFC 5681 3.1",
		"segments that arrive make ssthresh smaller once for what was outstanding; a timeout for the same octets leaves it", "ssthresh halved at every duplicate ACK, or at every RTO", ""},
	GoodputRecovers: {"C5", "goodput recovers", "RFC 5681 3.1",
		"once the last of what was lost has been sent again, a long transfer takes about as many round trips as cwnd needs to grow", "a congestion window that stays small for ever", ""},
	EmptyACKs: {"C6", "a segment that acknowledges nothing opens nothing", "RFC 5681 3.1, RFC 3465",
		"outside of recovery cwnd grows only when SND.UNA advances", "cwnd that empty ACKs make grow", ""},
	RetransmissionTimeout: {"C7", "the RTO is that of RFC 6298", "RFC 6298 2, 5",
		"the RTO is SRTT + max(G, 4*RTTVAR), at least the least, doubled some times, at most the most; a sample is the time of a segment that was sent once; without faults SRTT is the round trip, and what ACKs are delayed",
		"a timeout that is not rounded up, not bounded, or measured from what was sent twice", ""},
	Cost: {"R6", "work in proportion", "RFC 9293 3.10.7.4",
		"a host does not more than so many events for each packet, call and timeout", "work that grows with what is held or outstanding", ""},
	Resegmented: {"D2", "segments may be cut otherwise", "3.7.1",
		"other segment sizes and other portions of the same text change nothing that users see", "text that depends on segment borders; text or FIN lost that rode on another segment", "no faults, users who read"},
	Doubled: {"D3", "twice is once", "3.10.7.4 first",
		"every packet delivered twice changes nothing that users see", "a segment that counts twice", "no other faults, users who read"},
	Late: {"D4", "together is one by one", "3.8.6.3, MUST-58, MUST-59",
		"packets of one instant processed together change nothing that users see", "state that is looked at before it is up to date", "no faults, users who read"},
	Shift: {"R2", "shift invariance", "3.4",
		"other initial sequence numbers and other clocks give the same run", "comparisons that do not wrap, at 2^31, 2^32 and after 49.7 days", ""},
	Determinism: {"D", "determinism", "",
		"the same case gives the same run", "clocks, maps and memory addresses that leak into the run", ""},
	UDPBoundaries: {"U1", "datagrams stay whole", "RFC 768, RFC 1122 4.1",
		"each datagram comes as it was sent, not more often than the network copied it", "datagrams split, joined, cut or repeated; checksums not looked at", ""},
	UDPApart: {"U2", "UDP's ports are apart", "RFC 768",
		"a number is a UDP port and a TCP port without either knowing of the other: neither is refused because the other is taken", "one table for both", ""},
}
