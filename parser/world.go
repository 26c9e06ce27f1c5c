package parser

// This file is the tree of worlds: what stands around two hosts while they are
// explored. Everything in it is as resolved: what a world does not say itself, it has
// from the one that it is like.

// World is a world to explore. What comes in pairs is A's and B's.
type World struct {
	Decl
	Like    *World // nil: it says everything itself
	Users   [2]User
	Hosts   [2]Host
	Queue   int              // octets that a send queue takes
	Once    bool             // a listener takes one connection
	Carries int              // segments under way in each direction; one more is lost
	Old     [2]*Drawn        // a segment of a former connection of this host that is still under way; nil: none
	Harm    [numHarms][2]int // how often it may be done
	Forges  Forged           // what the attacker forges
	Clock   bool             // timestamps move on when time passes
	Begun   bool             // both users have made their first calls when the world begins
	Tries   bool             // in every state, everything else that might happen is tried, and undone
	Asks    []*Property      // of those about what happens in the end
	Shows   []*Property      // what this world puts to the test, and not every one does
	States  int              // how many there are, as counted once; 0: it was not

	base bool           // nobody calls anything: it is there for others to be like
	at   map[string]Pos // where what it says stands, by the words that say it
}

// Base tells that the world is there for others to be like: nobody calls anything in it.
func (w *World) Base() bool { return w.base }

// User is who calls a host.
type User struct {
	Script []Act
	Reads  bool // he takes octets whenever there are some
}

// Host is what a host's settings are, and the variables that the environment chooses.
// What is not there is 0.
type Host map[*Var]uint32

// Act is a line of a script: a call, something else that happens to the host, or
// that the user waits.
type Act struct {
	Kind  ActKind
	N     int  // octets, of SEND
	Quiet bool // only when nothing is under way
	Pos   Pos
}

// ActKind is what a script may say.
type ActKind int

const (
	ActOpenActive ActKind = iota
	ActOpenPassive
	ActSend
	ActSendUrgent
	ActAwaitEstablished // goes on when the connection is established, or ended
	ActAwaitEOF         // … when the peer's end is taken and all text is read, or the connection ended
	ActAwaitEnd         // … when the host has no connection any more
	ActClose            // no more is sent, and what comes is not wanted
	ActCloseHalf        // no more is sent
	ActAbort
	ActCrash         // the host forgets its connection
	ActStopListening // the listener goes, not the connection
)

var actWords = [...]string{
	"OPEN active", "OPEN passive", "SEND", "SEND urgent", "await established", "await EOF", "await end",
	"CLOSE", "CLOSE half", "ABORT", "crash", "stop listening",
}

// String is the act as scripts have it.
func (k ActKind) String() string { return actWords[k] }

// Harm is what may be done to a world so many times, by direction or by host.
type Harm int

const (
	Loses      Harm = iota // segments of this host that get lost
	Duplicates             // … that arrive twice, the second time behind all others
	Delays                 // … that arrive whenever they like, if need be in another incarnation
	Reports                // ICMP errors that reach this host
	Forgeries              // forged segments that reach this host
	Early                  // timers of this host that expire although a segment is under way, or a shorter timer runs
	GivesUp                // timers of this host that expire and end a connection that may have hope
	numHarms
)

// Forged is a set of kinds of forged segments.
type Forged int

const (
	ForgesRST Forged = 1 << iota
	ForgesSYN
	ForgesText // text, and FIN
	ForgesACK
	ForgesEarly // also at a connection that is not yet synchronized
)

func (w *World) At() Pos { return w.Pos }

// What who explores a world can count. A world beyond these is refused.
const (
	MaxHarm    = 3  // of each kind, of each direction or host
	MaxCarries = 6  // segments under way in order, in each direction
	MaxScript  = 15 // calls of a user
	MaxLives   = 5  // connections that a user opens
	MaxText    = 15 // octets that a user sends in one connection
	MaxQueue   = 15 // octets of a send queue
	LifeGap    = 24 // from the first number of a connection to that of the next
)
