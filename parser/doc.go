/*
Package parser is the language of Lockstep specifications: it reads a folder of
*.spec files into one resolved and typed tree (Load), tells people what is wrong
and what to do about it (Diagnostics, Explain), and writes files in one canonical
form (Format). Everything else that Lockstep makes of a specification is made
from the tree.

What follows is the manual of the language.

# A specification

A specification describes one connection of a protocol: its states and variables,
the events that reach it, and what each event does in each state. It reads like
the prose of an RFC, rule by rule:

	on SEGMENT ARRIVES in LISTEN  @rfc(9293, 3.10.7.2) {
	  step first "check for a RST" {
	    rule listen.RST  if RST  SA-LISTEN-1
	      "An incoming RST should be ignored.  Return."
	      { drop }
	  }
	  …
	}

It is a folder. All files in it whose names end in .spec are read in the order of
their names, as one text; a name may be used before the line, or the file, that
declares it. One file says what is specified:

	spec TCP "Transmission Control Protocol"  @rfc(9293)

# Words, lines and marks

A name begins with a letter and goes on with letters, digits and _, and with
hyphens and dots between these: SND.UNA, FIN-WAIT-1, acceptable-ACK,
Last.ACK.sent. Capitals count. Since a hyphen belongs to the name, a minus has
spaces around it: RCV.NXT - 1. These words are the language's own and no names:

	spec set guard value action invariant on scenario world like
	property term catches always each sometimes whenever eventually nocycle refines assuming
	implies sends fired starts asks keeps
	rule step note ordered unordered in if unless when else let
	send clear start stop goto signal return drop forget continue defect literal amended
	and or not state any all true false min max running

A comment goes from # to the end of the line. A comment at the head of a file
describes the file. Numbers are decimal. A string is on one line; \" is a " in it.

Every declaration, rule, step and defect can be annotated, in any order:

	"words"                  one: what a rule or a step quotes; of all else, what it is
	note "words"             one: what a rule or a step says besides, in its own words
	@rfc(9293, 3.10.7.4)     a citation, @rfc(9293) for the whole document; any number
	MUST-11 SA-RST-3 D-02    labels of requirements; any number

Annotations stand behind the name, the parameters and the type, before the body or
the =. The condition of a rule or a step stands among them. A label is a word of
capitals, digits and at least one hyphen that stands where annotations do; in a
condition the same word is a name, and since two names never stand side by side
in a condition, the label begins where the condition cannot go on:

	rule ack.of-SYN  if state in SYN-RECEIVED SA-ACK-4 { … }     the label is SA-ACK-4

A statement ends with its line, or with a ; before another on the same line. It
goes on on the next line

  - within parentheses,
  - behind an operator, a comma, = or <-, and before one: a line may begin with = or or,
  - while a body in { } is still to come, or the = of a guard, a value or a set;
  - and else may stand on the line below its }.

A declaration begins at the left margin; nothing else does, so that a } forgotten
in one declaration leaves the next one alone.

# What there is

Tables list what a connection consists of, an entry a line. A table may come
several times, in several files, as extensions need it.

	states   { CLOSED "no connection" … }                  the first is where all begins
	tcb      { SND.UNA : seq "oldest unacknowledged" … }   what a connection remembers
	settings { R1 : small "…" … }                          what user and host choose; no rule changes it
	segment  { SEG.SEQ : seq "…" … }                       the segment that arrives
	control  { FIN SYN RST … }                             its control bits, the lowest first; at most 8
	timers   { RETRANSMISSION "…" … }                      started and stopped by name
	effects  { deliver (from : seq, count : octets) "…" … }  what is asked of the code around
	signals  { connection-reset "…" … }                    unasked news for the user
	replies  { ok "ok" … }                                 answers to user calls
	ghost    { octets-submitted : octets "…" … }           what only properties see
	events   { CALL (count : octets) "…" … }               what can happen

The types:

	flag     true or false
	seq      a sequence number modulo 2^32
	stamp    a timestamp modulo 2^32
	octets   a count, 0 to 2^32-1
	small    a count, 0 to 255

Variables of the tcb begin as 0 or false. One that no rule writes because the
environment chooses it before the event that uses it is marked:

	tcb { ISS : seq chosen "initial send sequence number" }

The name of an event may have several words. (segment) as its first parameter says
that it brings a segment; only then do SEG.… and the control bits mean something.
The row timeout stands for one event for every timer.

	events {
	  SEGMENT ARRIVES (segment)   "…"
	  ICMP ERROR (hard : flag)    "…"
	  timeout (queued : octets)   "…"
	}

# Words

Named conditions, values and actions are the vocabulary of the rules. Conditions
that differ in a character deserve two names.

	set synchronized = ESTABLISHED | FIN-WAIT-1 | …

	guard acceptable-ACK "acknowledges something new"  = SND.UNA < SEG.ACK =< SND.NXT

	value text-length : octets "without SYN and FIN"
	  = SEG.LEN - (1 if SYN else 0) - (1 if FIN else 0)

	action leave-urgent-mode (unread : octets) "…"  U-10 {
	  if RCV.urgent and RCV.UP =< RCV.NXT - unread { RCV.urgent <- false }
	}

	invariant FIN-follows-CLOSE "after every event"  catches "a FIN too early"  = not FIN-sent or FIN-queued

Guards, values and invariants see the tcb, the settings, the state, the timers,
and (not invariants) the segment. An action sees its parameters besides. Nothing
may be defined by itself.

# Handlers

	on OPEN in CLOSED  @rfc(9293, 3.10.1) { … }
	on SEGMENT ARRIVES in SYN-RECEIVED | synchronized { … }
	on timeout USER in any { … }

Every event has one handler in every state, no more and no less. A handler sees
the parameters of its event. When a timer expires it is stopped before its handler
runs.

A handler's body is run from top to bottom until an arm, a rule or an action ends
the event, or there is no more. Its parts may be steps, which have names and may
have a condition:

	step second "check the RST bit" when RST { … }

# Rules

	rule ack.absent  unless ACK  SA-ACK-1
	  "if the ACK bit is off, drop the segment and return"
	  { drop }

A rule is a named piece of the text. Its name, unique in the specification, is seen
wherever the rule is: in generated code, traces, counters, counterexamples. What it
quotes stands in the RFC word for word, with ... for what is left out and [ ] around
what is put in; a note is the text's own. It fires if its condition holds (if, or
unless for the opposite, or none), and runs its body. Then what stands behind it is
run, unless the body ended the event. Rules stand wherever statements do.

	in FIN-WAIT-1 | CLOSING { … }    runs if the state, at that moment, is one of these
	if COND { … } else { … }         also else if COND { … }

	ordered {                        the first arm that applies, and no other
	  rule a  if COND { … }
	  in CLOSING { … }
	  rule b { … }
	}

	unordered { … }                  the same, with arms that are shown to exclude each other

Arms are rules, in-blocks, ifs without else, and, last, a nested ordered or an if
with else. If no arm applies, nothing is done.

# Statements

	let n = min(left, SND.MSS)         a name for a value, to the end of the block
	SND.UNA <- SEG.ACK                 a variable of the tcb or of the segment
	clear FIN                          take a control bit off the segment
	send <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>
	start RETRANSMISSION               start a timer, or start it again
	stop PERSIST                       stop it; stop all stops every timer
	goto ESTABLISHED                   the state is this from here on
	signal connection-reset            tell the user
	deliver (text-start, text-length)  ask for an effect
	trim                               run an action
	forget                             all of the tcb becomes 0, all timers stop; the state stays
	return ok                          answer the user call and end the event
	drop                               end the event
	continue at step sixth             run that step and those behind it, and end the event

continue names the one step of that name in the specification, perhaps in another
handler, whose event must not need parameters that this one lacks.

A segment to be sent has the fields

	<SEQ=x>            a sequence number, or 0; always
	<ACK=x>            a sequence number, if and only if the bit ACK is set
	<CTL=SYN,ACK>      bits that are set; always
	<PSH if COND>      a bit that is set if COND holds
	<DATA=n>           so many octets of text, beginning with number SEQ
	<UP=x if COND>     the number behind the urgent data; sets URG

A > that another < or the end of the statement follows closes a field; any other is
a comparison. Window, options and checksum are the runtime's.

Where an RFC taken literally does not work, both readings stand in the text. The
shipped code has the amended one; the same mark may stand at several places.

	defect B17 "refused by Table 6, a zero-window probe has its ACK and its window ignored" {
	  literal { if not RST { send-ACK; drop } }
	  amended { discard-text }
	}

# Expressions

From loose to tight:

	x if c else y        one of two values
	or
	and
	not
	= != < =< > >=       chains in one direction: a < b =< c is a < b and b =< c
	<< >>
	+ -
	* /
	( )  NAME  NUMBER  true  false  min(a, b)  max(a, b)
	state in A | B       running(TIMER)  running(any)

A control bit by itself says whether the segment has it. Types do not mix, but that
small may stand for octets, and a number for either:

	seq + count = seq      seq - count = seq      seq - seq = octets
	octets - octets        not below 0
	* / << >> min max      counts only; / only by a number that is not 0
	= !=                   two of one type
	< =< > >=              two counts; or two seq, or two stamp, around the circle:
	                       a < b if b is less than 2^31 ahead of a; 2^31 apart, each is less

A condition is of type flag. And and or look at the right side only if the left has
not decided.

# Properties

A property is what must hold of what is compiled. It says so in a sentence, says what
mistake it would find, and then in what form it is asked:

	property delayed-ACK-bound "less than two full segments wait for their acknowledgment"  @rfc(9293, 3.8.6.3)
	  catches "delayed acknowledgments beyond every second full-sized segment"
	  always running(DELAYED-ACK) implies RCV.NXT - Last.ACK.sent < 2 * SND.MSS

	always EXPR                      in every state, of each host and its peer
	each EVENT, EVENT in STATES: EXPR  of every step of these events that begins in these states;
	                                 each timeout, each step: of any; each step but EVENT: of others
	sometimes EXPR                   some state must be so, or the check was in vain
	whenever EXPR eventually EXPR    on every fair way; without whenever: from the start
	nocycle of deliver                  no cycle of deliveries alone; or timeout, or steps
	assuming "…", "…"                behind eventually and nocycle: what is not refused for ever
	refines fifo …                   what one user gives, the other takes: a queue

There may be several each in a row. What a host does itself behind an event (HELD TEXT,
SEGMENTIZE) is a step, too. A queue is seen in two hosts: one puts in, the other takes.

	refines fifo between paired while lives
	  put octets-submitted until FIN-queued
	  take octets-received until peer-FIN-taken unless alien-text

In every state of its two ends (between), no more was taken than put, and the end was
seen only of one that is closed, with all taken. A step that leaves it the same (while)
puts and takes nothing behind the end, back, or other than was put (unless). Other steps
begin a queue or break one off: what is taken then is judged octet by octet.

implies binds loosest of all; if its right side is never asked, that is reported. Plain
names are of the host, in each after the step. There are also

	peer.NAME  was.NAME              the other host; the same before the step (also peer.state
	                                 in …, was.running(…), and words: was.acceptable)
	sends <SEQ=…><ACK=…><CTL=…>      the event sends this segment and no other
	sends nothing  sends text  sends RST
	sends only (EXPR)  sends some (EXPR)   every segment that is sent is such, or one is: SEG.SEQ,
	                                 SEG.ACK, SEG.LEN, SEG.UP and control bits are that one's
	starts TIMER  fired RULE  fired any  replies NAME  replies nothing  signals NAME
	signals nothing  asks EFFECT  asks EFFECT (ARGUMENTS)  asks nothing
	keeps all  keeps all but A, B  keeps nothing   of state, variables and timers

A term is a word of properties: term NAME : TYPE "…" = EXPR, a flag if it has no type. A
ghost is what the checker remembers of a host beside its tcb; rules do not see it:

	ghost { octets-submitted : octets "taken from the user by SEND" … }

What a rule decides, a property had better say in other words, not with the rule's guard.

# Scenarios

A scenario is a figure as the RFCs draw them, and is executed line by line:

	scenario figure-12 "Normal Close Sequence"  @rfc(9293, 3.6) {
	  1. ESTABLISHED                                        ESTABLISHED
	  2. (Close)
	     FIN-WAIT-1 --> <SEQ=100><ACK=300><CTL=FIN,ACK> --> CLOSE-WAIT
	  3. FIN-WAIT-2 <-- <SEQ=300><ACK=101><CTL=ACK>     <-- CLOSE-WAIT
	  …
	}

What stands before the segment is A's, what stands behind it B's; in a line without a
segment the column tells. States are those after the departure or the arrival. A line
without a number goes on with the one above.

	-->  …  -->      A's segment reaches B; <-- … <-- for B's
	-->  …  ...      it leaves A and is under way
	...  …  -->      it reaches B; one that never left is an old duplicate
	-->  …  --X      it is lost; X-- … <-- for B's

Numbers are as drawn; a letter is any number, and Z+1 the one behind it. <DATA=10> is
10 octets of text, <DATA> some.

	(Close)                  the user calls CLOSE: the name of an event
	(2 MSL)                  a timer expires: its name, or its text
	(send 300,receive 100)   the connection has got so far
	(return to LISTEN!)      a state, as the last word
	(??)  (Abort!!)          a remark, which ends with ! or ?
	(duplicate)  (REBOOT)    a remark; the host has forgotten everything

# Worlds

A world is what stands around two hosts, A and B, while they are explored: what their
users do, and what harm may come to them. In it everything that may happen does, in every
order.

	world half-close-data "one user closes at once, the other when he has read all"  like small {
	  user A   OPEN active, await established, SEND 1, CLOSE half
	  user B   OPEN passive, await EOF, SEND 3, CLOSE half
	  network  loses 1, duplicates 1 of A, delays 2 of A and 1 of B
	}

A world that is like another says only what differs: each phrase replaces the one of its
kind; shows and states are of one world. A world in which nobody calls anything is there for others to be like. A line goes
on behind a comma. It begins with what it is about: user A or users, host B or hosts.

	user A   OPEN active, …    what the user does, line by line of his script:
	                             OPEN active, OPEN passive, SEND 2, SEND 2 urgent, CLOSE,
	                             CLOSE half, ABORT; crash: the host forgets its connection;
	                             stop listening; await established, await EOF, await end:
	                             until then, or until the connection has ended otherwise;
	                             behind each may stand: when quiet, nothing is under way
	users    read              octets whenever there are some; or read nothing
	hosts    queue 4           octets that a send queue takes
	hosts    listen once       a listener takes one connection; or listen always
	hosts    R1 = 2, no-delay  settings, and variables of the tcb that are chosen
	network  carries 5         segments in each direction; one more is lost, and counted
	network  loses 1           so many of each direction, in any order; loses 1 of A
	network  duplicates 1      … arrive twice, the second time behind all others
	network  delays 1          … arrive whenever they like, also in the next incarnation
	network  reports 1 to A    ICMP errors
	network  still carries <SEQ=1000><CTL=SYN> of A   of its former connection: from ISS up
	timers   expire early 1    although a segment is under way, or a shorter timer runs
	timers   give up 1         those expire that end a connection which may have hope
	attacker forges 1: RST, SYN, text, ACK, early   at each host; early: also while it opens
	clock    runs              timestamps move on with time; or stands
	start    after the first calls   both users have opened; or before the first calls
	tries    everything        in every state, all calls, timers and a grid of segments
	                           are tried, and undone; or nothing
	asks     NAME, NAME        properties of the forms eventually and nocycle; or nothing
	shows    NAME, NAME        what this world must put to the test, and not every one can
	states   1000              how many there are: a world with another number has changed

# What is checked

Names and types, and the specification as a whole: nothing is defined by itself and
no continue goes round, so every event ends; every event is answered in every
state, once; a user call that returns on one way returns on every way; only events
with a segment look at one; no rule is unreachable; arms of unordered exclude each
other; one event sends at most 4 segments and asks at most once for each effect with
parameters (Spec.MaxSends, Effect.Bound); nothing is declared in vain. For
reachability and bounds the state is followed through every way, and conditions
that the state does not decide count as true and as false. Findings have codes;
Explain has a paragraph and examples for each.

# The canonical form

Format indents by two spaces and puts one space between words and two before
annotations and the bodies of rules. A line that goes on with a statement is two
further in, and leading operators hang out so that operands form a column. The
columns of tables are lined up. In other lines of one kind that follow one another
without an empty line, a column is lined up if the author has begun to: if one of the
lines has more space before it than it needs. Line breaks, comments and single empty
lines stay; a ; at the end of a line goes.

# Limits

A file has at most 131072 octets, a statement 1000 words, blocks and parentheses are
nested at most 32 deep; there are at most 32 states, 8 control bits, and 64 arms in
an unordered block. In a world, harm of a kind is counted up to 3 of each host, segments
under way up to 6, octets and the lines of a script up to 15, connections up to 5.
*/
package parser
