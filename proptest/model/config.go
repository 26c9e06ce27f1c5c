package model

import (
	"fmt"
	"hash/fnv"

	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Config is a world to explore: what the users call, what the network and the
// attacker may do, and how the hosts are set. Those of Configs stand in the text.
type Config struct {
	Name   string
	Doc    string
	Source string // the RFC section it is about
	Script [2][]Call
	Reads  [2]bool // the user takes octets whenever there are some
	Budget Budget
	Queue  int // segments under way in order, per direction; one more is lost, and counted

	Old      [2]*Packet // a segment of this host's former life that is still under way; then it is in its second
	Settings [2]tcp.Settings
	SendBuff uint8      // octets that a send queue takes
	ISS      [2]tcp.Seq // of the first incarnation; the k-th has k*Gap more
	Forge    Forgery    // what is forged while the budget lasts
	Clock    bool       // timestamps move on when time passes
	Once     bool       // a listener takes one connection
	Begun    bool       // both users have made the first call of their scripts when the world begins
	Pokes    bool       // in every state, calls that must not change anything are tried

	Live   []string // properties of infinite executions to ask, by name
	Shows  []string // properties that not every world puts to the test, as this one does, by name
	States int64    // pinned: distinct states, if explored with Generated
}

// Bounds is what the world is held to, in words: the segments under way in order in each
// direction, and the harm of each kind at A and at B.
func (c *Config) Bounds() string {
	s := fmt.Sprintf("%d under way", c.Queue)
	for _, harm := range []struct {
		what string
		n    [2]uint8
	}{
		{"lost", c.Budget.Lose}, {"doubled", c.Budget.Duplicate}, {"delayed", c.Budget.Delay}, {"early", c.Budget.Early},
		{"given up", c.Budget.GiveUp}, {"ICMP", c.Budget.ICMP}, {"forged", c.Budget.Forge},
	} {
		if harm.n != ([2]uint8{}) {
			s += fmt.Sprintf(", %s %d+%d", harm.what, harm.n[0], harm.n[1])
		}
	}
	return s
}

// Gap is between the ISS of one incarnation and the next: more than any
// incarnation of a Config uses up.
const Gap = 24

// maxLives bounds the incarnations that are told apart; later ones take the last ISS again.
const maxLives = 5

// Call is a user call in a script, or something else that happens to a host.
type Call struct {
	Op    Op
	N     uint8 // octets, for Send
	Quiet bool  // only when nothing is under way
}

// Op is what a script may ask for.
type Op = proof.Op

const (
	OpenActive   = proof.OpenActive
	OpenPassive  = proof.OpenPassive
	Send         = proof.Send // once the connection is begun
	SendUrgent   = proof.SendUrgent
	AwaitOpen    = proof.AwaitEstablished // goes on when the connection is established, or ended
	AwaitEOF     = proof.AwaitEOF         // … when the peer's FIN is taken and all text is read, or it ended
	AwaitEnd     = proof.AwaitEnd         // … when the host is CLOSED, or LISTENs again
	Close        = proof.Close
	CloseHalf    = proof.CloseHalf
	Abort        = proof.Abort
	Crash        = proof.Crash         // the host forgets its connection
	StopListener = proof.StopListening // the listener, not the connection
)

func (c Call) String() string {
	if c.Op == Send || c.Op == SendUrgent {
		return fmt.Sprintf("%v %d", c.Op, c.N)
	}
	return c.Op.String()
}

// waits tells whether the call only waits for something.
func (c Call) waits() bool { return AwaitOpen <= c.Op && c.Op <= AwaitEnd }

// Forgery is a set of kinds of forged segments.
type Forgery = proof.Forged

// iss is the initial sequence number of host i's incarnation life, counted from 1.
func (c *Config) iss(i int, life uint8) tcp.Seq {
	return c.ISS[i].Add(Gap * uint32(min(life, maxLives)-1))
}

// lifeOf is the incarnation of host i with that ISS; 0 if there is none.
func (c *Config) lifeOf(i int, iss tcp.Seq) uint8 {
	d := iss.Sub(c.ISS[i])
	if d%Gap != 0 || d/Gap >= maxLives {
		return 0
	}
	return uint8(d/Gap) + 1
}

// Mark is the same for configurations in which the same can happen: a trace of another
// one may mean something else here.
func (c *Config) Mark() string {
	d := *c
	d.Doc, d.Source, d.Live, d.Shows, d.States, d.Pokes, d.Old = "", "", nil, nil, 0, false, [2]*Packet{}
	h := fnv.New64a()
	fmt.Fprintf(h, "%+v", d)
	for _, old := range c.Old {
		if old != nil {
			fmt.Fprintf(h, " %+v", *old)
		}
	}
	return fmt.Sprintf("%016x", h.Sum64())
}
