// Package tcp is a stand-in until gen emits the real one: every type, constant
// and method of the contract, and no behaviour.
package tcp

type Seq uint32

func (a Seq) Less(b Seq) bool   { return int32(a-b) < 0 }
func (a Seq) LessEq(b Seq) bool { return int32(a-b) <= 0 }
func (a Seq) Add(n uint32) Seq  { return a + Seq(n) }
func (a Seq) Sub(b Seq) uint32  { return uint32(a - b) }

type Stamp uint32

func (a Stamp) Less(b Stamp) bool   { return int32(a-b) < 0 }
func (a Stamp) LessEq(b Stamp) bool { return int32(a-b) <= 0 }

type State uint8

const (
	Closed State = iota
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait
	NumStates = 11
)

func (s State) String() string { return "" }

type Flags uint8

const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

func (f Flags) Has(g Flags) bool { return f&g == g }
func (f Flags) String() string   { return "" }

type Timer uint8

const (
	TimerRetransmission Timer = iota
	TimerPersist
	TimerSWSOverride
	TimerDelayedACK
	TimerGiveUp
	TimerUser
	TimerKeepAlive
	TimerTimeWait
	TimerFinWait2
	TimerChallenge
	TimerTSRecent
	NumTimers = 11
)

func (t Timer) String() string { return "" }

type Timers uint16

func (s Timers) Has(t Timer) bool { return s>>t&1 != 0 }

type Settings struct {
	RCV            struct{ BUFF uint32 }
	PATH           struct{ MSS uint32 }
	DefaultMSS     uint32
	R1             uint8
	KeepAliveLimit uint8
	ChallengeLimit uint8
	OfferWS        bool
	OfferTS        bool
	OfferShift     uint8
	NoDelay        bool
	AckAtOnce      bool
}

type TCB struct {
	State  State
	Timers Timers
	ISS    Seq
	SND    struct {
		UNA, NXT Seq
		WND      uint32
		WL1, WL2 Seq
		UP       Seq
		MSS      uint32
		ACKED    uint32
		Urgent   bool
	}
	MAX             struct{ SND struct{ WND uint32 } }
	Snd             struct{ Wind struct{ Shift uint8 } }
	Rcv             struct{ Wind struct{ Shift uint8 } }
	Retransmissions uint8
	Probes          uint8
	Challenges      uint8
	IRS             Seq
	RCV             struct {
		NXT    Seq
		WND    uint32
		UP     Seq
		ADV    Seq
		Urgent bool
	}
	Last struct{ ACK struct{ Sent Seq } }
	TS   struct {
		Recent   Stamp
		OK       bool
		Outdated bool
	}
	PassiveOpen    bool
	SYNOutstanding bool
	FINQueued      bool
	FINSent        bool
	ReaderGone     bool
	Holes          bool
	WS             struct{ OK bool }
	Settings       Settings
}

type Segment struct {
	SEQ, ACK     Seq
	LEN          uint32
	WND          uint32
	UP           uint32
	MSS          uint32
	WS           uint8
	TSval        Stamp
	HasWS, HasTS bool
	Listener     bool
	Answer       bool
	CTL          Flags
}

type Sent struct {
	SEQ, ACK Seq
	DATA, UP uint32
	CTL      Flags
}

const MaxSend = 4

type Effect uint8

const (
	EffectQueue Effect = iota
	EffectDeliver
	EffectHold
	EffectAcknowledged
	EffectDuplicateACK
	EffectWindowOpened
	EffectTimedOut
	EffectFlush
	EffectFlushRetransmissions
	EffectReopen
	NumEffects = 10
)

func (e Effect) String() string { return "" }

type EffectSet uint16

func (s EffectSet) Has(e Effect) bool { return s>>e&1 != 0 }

type Signal uint8

const (
	SignalEstablished Signal = iota
	SignalConnectionReset
	SignalConnectionRefused
	SignalConnectionClosing
	SignalUserTimeout
	SignalConnectionTimedOut
	SignalDeliveryProblem
	SignalSoftError
	SignalUrgentData
	SignalCloseAcknowledged
	NumSignals = 10
)

func (s Signal) String() string { return "" }

type SignalSet uint16

func (s SignalSet) Has(x Signal) bool { return s>>x&1 != 0 }

type Reply uint8

const (
	NoReply Reply = iota
	ReplyOk
	ReplyPending
	ReplyConnectionDoesNotExist
	ReplyConnectionAlreadyExists
	ReplyRemoteSocketUnspecified
	ReplyInsufficientResources
	ReplyConnectionClosing
)

func (r Reply) String() string { return "" }

type RuleID uint8

const NumRules = 1

func (r RuleID) String() string { return "" }

type RuleSet [4]uint64

func (s *RuleSet) Has(r RuleID) bool { return s[r/64]>>(r%64)&1 != 0 }

// Each yields the rules in the order of the text.
func (s *RuleSet) Each() func(yield func(RuleID) bool) {
	return func(yield func(RuleID) bool) {}
}

type RuleInfo struct {
	Name, Doc, Event, Section string
	RFC                       int
	Labels                    []string
	File                      string
	Line                      int
}

var Rules [NumRules]RuleInfo

type Effects struct {
	Set     EffectSet
	Start   Timers
	Signals SignalSet
	Reply   Reply
	Rules   RuleSet
	NSend   uint8
	Send    [MaxSend]Sent
	Queue   struct{ Count uint32 }
	Deliver struct {
		From  Seq
		Count uint32
	}
	Hold struct {
		From  Seq
		Count uint32
		Fin   bool
	}
	Acknowledged struct{ Count uint32 }
	Reopen       struct{ Above Seq }
}

func (t *TCB) Open(passive, remote bool, out *Effects)                            {}
func (t *TCB) Send(count, queued, room uint32, remote, urgent bool, out *Effects) {}
func (t *TCB) Receive(onHand, rcvUSER uint32, out *Effects)                       {}
func (t *TCB) Close(queued, unread uint32, half bool, out *Effects)               {}
func (t *TCB) Abort(out *Effects)                                                 {}
func (t *TCB) Status(out *Effects)                                                {}
func (t *TCB) SegmentArrives(seg *Segment, out *Effects)                          {}
func (t *TCB) HeldText(seg *Segment, more bool, out *Effects)                     {}
func (t *TCB) Segmentize(queued, room uint32, out *Effects)                       {}
func (t *TCB) Retransmit(from Seq, out *Effects)                                  {}
func (t *TCB) ICMPError(hard bool, out *Effects)                                  {}
func (t *TCB) Expires(timer Timer, queued uint32, out *Effects)                   {}
