\* ---- The world: two hosts, their users, and the network between them.

VARIABLES
  h,      \* the hosts
  way,    \* way[i] carries what host i sends, in order
  late,   \* late[i] holds one segment that is late, or none
  harm,   \* how often something has gone wrong, by host
  clock,  \* the time that timestamps show
  broken  \* the properties that the last step has broken

vars == <<h, way, late, harm, clock, broken>>

Hosts == {"A", "B"}
Other == [A |-> "B", B |-> "A"]

FIRST == 16      \* the ISS of each host's first incarnation
GAP == 24        \* between the ISS of one incarnation and the next
MOST_LIVES == 5  \* later incarnations take the last ISS again
FAR == 2^22      \* where a reset goes whose sequence number is the plain number zero: FIRST + FAR is nobody's
MOST_TIME == 7   \* the clock does not go on
WIDEST == 65535  \* the largest window
Garbage == <<0, 0>> \* an octet that nobody gave to be sent; others are known by the incarnation and the position they were sent at

NoPacket == [SEQ |-> 0, ACK |-> 0, WND |-> 0, DATA |-> 0, UP |-> 0, text |-> Garbage, CTL |-> {}, WS |-> FALSE, TSval |-> 0]
\*@former
ISS_of(life) == FIRST + GAP * (Min(life, MOST_LIVES) - 1)
One(flag) == IF flag THEN 1 ELSE 0

\* ---- Hosts. x is what one knows.

Vacant(x) == x.state \in {"CLOSED", "LISTEN"}
Over(x) == x.state = "CLOSED" \/ (x.state = "LISTEN" /\ x.Ended # "not")
OnHand(x) == x.Received - x.Taken
Kept(x) == x.Submitted - x.Front
InFlight(x) == x.SND_NXT - x.SND_UNA - One(x.SYN_outstanding) - One(x.FIN_sent)
Unsent(x) == IF Vacant(x) \/ InFlight(x) < 0 \/ InFlight(x) > Kept(x) THEN 0 ELSE Kept(x) - InFlight(x)
Room(x) == SEND_BUFF - Kept(x)

\* Host i at work, when its clock says so.
Machine(i, time) == [me |-> i, time |-> time, my |-> h[i], SEG |-> NoSegment, out |-> Nothing, ended |-> FALSE, wire |-> <<>>, due |-> <<>>, did |-> <<>>]

\* An incarnation begins.
Live(m) == [m EXCEPT !.my.Ended = "not", !.my.Lives = Min(@ + 1, MOST_LIVES),
  !.my.Submitted = 0, !.my.Front = 0, !.my.Received = 0, !.my.Taken = 0]

\* A connection ends; a listener is left as it was.
Bury(m) == LET x == m.my IN [m EXCEPT !.my = [NoConnection EXCEPT
  !.state = IF x.Listening THEN "LISTEN" ELSE "CLOSED",
  !.Ended = IF x.Ended = "not" /\ x.state = "CLOSED" THEN "in peace" ELSE x.Ended,
  !.ToCall = x.ToCall, !.Lives = x.Lives, !.Listening = x.Listening, !.Strange = x.Strange, !.Torn = x.Torn]]

\* ---- What a host sends.

\* Put a segment on its way. Its octets are found where the runtime finds them: in the
\* retransmission queue, whose front is SND.UNA.
Emit(m, s) ==
  LET acks == "ACK" \in s.CTL /\ "RST" \notin s.CTL
      ahead == m.my.RCV_ADV - s.ACK
      window == IF ahead < 0 THEN WIDEST ELSE Min(ahead \div (2^m.my.Rcv_Wind_Shift), WIDEST)
      position == s.SEQ - m.my.SND_UNA - One(m.my.SYN_outstanding)
      torn == s.DATA > 0 /\ (position < 0 \/ position + s.DATA > Kept(m.my))
      packet == [
        SEQ |-> IF {"RST", "ACK"} \subseteq s.CTL /\ s.SEQ = 0 THEN FIRST + FAR ELSE s.SEQ,
        ACK |-> s.ACK, DATA |-> s.DATA, UP |-> s.UP, CTL |-> s.CTL,
        WND |-> IF "SYN" \in s.CTL THEN Min(m.my.RCV_WND, WIDEST) ELSE IF acks THEN window ELSE 0,
        text |-> IF s.DATA = 0 \/ torn THEN Garbage ELSE <<m.my.Lives, m.my.Front + position>>,
        WS |-> "SYN" \in s.CTL /\ m.my.WS_OK,
        TSval |-> IF m.my.TS_OK /\ "RST" \notin s.CTL THEN m.time + 1 ELSE 0] \* 0: no timestamp
  IN [m EXCEPT !.wire = Append(@, packet), !.due = IF acks THEN <<>> ELSE @, !.my.Torn = @ \/ torn]

\* All segments are processed before any ACK is sent (RFC 9293 3.8.6.3, MUST-58): a mere
\* acknowledgment waits. But the one that text out of order calls forth goes at once,
\* because the peer counts it.
SendOne(m, s) ==
  LET hold == "hold" \in m.out.asks IN
  IF s.CTL = {"ACK"} /\ s.DATA = 0 /\ s.SEQ = m.my.SND_NXT /\ ~hold
  THEN [m EXCEPT !.due = <<s>>]
  ELSE Emit(IF hold /\ m.due # <<>> THEN Emit(m, m.due[1]) ELSE m, s)

RECURSIVE SendThese(_, _)
SendThese(m, list) == IF list = <<>> THEN m ELSE SendThese(SendOne(m, Head(list)), Tail(list))

\* ---- What the machine asks for.

\* The incarnation of the peer with that ISS; 0: none.
LifeOf(irs) == LET d == irs - FIRST IN IF d < 0 \/ d % GAP # 0 \/ d \div GAP >= MOST_LIVES THEN 0 ELSE d \div GAP + 1

\* Is this octet of the segment p the one that the peer sent under that number?
Right(x, p, number) ==
  LET life == LifeOf(x.IRS)
      at == number - p.SEQ - One("SYN" \in p.CTL)
  IN life > 0 /\ at >= 0 /\ at < p.DATA /\ p.text = <<life, number - x.IRS - 1 - at>>

\* nxt is RCV.NXT before the event; p the segment whose text moves; held: it is held text that does.
TakeText(m, nxt, p, held) ==
  LET d == m.out.deliver
      strange == d.from # m.my.IRS + 1 + m.my.Received \/ \E k \in 0..(Min(d.count, 8) - 1) : IF held THEN k \notin m.my.Held ELSE ~Right(m.my, p, d.from + k)
      on == m.my.RCV_NXT - nxt
      near == on >= 0 /\ on < 8
  IN [m EXCEPT !.my.Received = @ + d.count, !.my.Strange = @ \/ strange,
        !.my.Held = IF near THEN {k - on : k \in {j \in @ : j >= on}} ELSE @, !.my.HeldFIN = IF near THEN Minus(@, on) ELSE @]

HoldText(m, nxt, p) ==
  LET d == m.out.hold
      places == {k \in 0..(Min(d.count, 8) - 1) : d.from - nxt + k \in 0..7}
      end == d.from - nxt + d.count
  IN [m EXCEPT !.my.Held = @ \cup {d.from - nxt + k : k \in places},
        !.my.Strange = @ \/ \E k \in places : ~Right(m.my, p, d.from + k),
        !.my.HeldFIN = IF d.fin /\ end \in 0..7 THEN end + 1 ELSE @]

\* How the connection ended for the user.
Hear(m) ==
  LET news == m.out.signals IN
  IF "established" \in news THEN [m EXCEPT !.my.Listening = @ /\ ~ONCE]
  ELSE IF "connection-reset" \in news THEN [m EXCEPT !.my.Ended = "by reset"]
  ELSE IF "connection-refused" \in news THEN [m EXCEPT !.my.Ended = "by refusal"]
  ELSE IF news \cap {"user-timeout", "connection-timed-out"} # {} THEN [m EXCEPT !.my.Ended = "by timeout"]
  ELSE m

\* Queues first: a segment to be sent may carry text that has just moved.
Perform(m, nxt, p, held) ==
  LET asks == m.out.asks
      count == m.out.acknowledged.count
      a == Hear(m)
      b == IF "acknowledged" \notin asks THEN a
           ELSE IF count > Kept(a.my) THEN [a EXCEPT !.my.Torn = TRUE, !.my.Front = a.my.Submitted]
           ELSE [a EXCEPT !.my.Front = @ + count]
      c == IF "queue" \in asks THEN [b EXCEPT !.my.Submitted = @ + Min(m.out.queue.count, Room(b.my))] ELSE b
      d == IF "deliver" \in asks THEN TakeText(c, nxt, p, held) ELSE c
      e == IF "hold" \in asks THEN HoldText(d, nxt, p) ELSE d
      f == IF "flush-held" \in asks THEN [e EXCEPT !.my.Held = {}, !.my.HeldFIN = 0] ELSE e
      g == SendThese(f, m.out.sent)
  IN IF Vacant(g.my) THEN Bury(g) ELSE g

Done(m, nxt) == Perform(m, nxt, NoPacket, FALSE)

\* Properties of steps see the machine as an event has made it that was this before; but what is counted, when all is done.
DidTo(was, m, seg, event) == [m EXCEPT !.did = Append(@, [was |-> was, made |-> m, seg |-> seg, e |-> event])]
Did(m, seg, event) == DidTo(h[m.me], m, seg, event)

\* What may be sent is sent, and then the acknowledgment, unless something carried it.
RECURSIVE SendWhatMayBeSent(_, _)
SendWhatMayBeSent(m, rounds) ==
  IF Vacant(m.my) \/ rounds = 8 THEN m ELSE
  LET a == DidTo(m.my, on_SEGMENTIZE(m, Unsent(m.my), 65536), NoSegment,
             [name |-> "SEGMENTIZE", queued |-> Unsent(m.my), room |-> 65536])
      b == Done(a, a.my.RCV_NXT)
  IN IF a.out.sent = <<>> THEN b ELSE SendWhatMayBeSent(b, rounds + 1)

\* ---- Users.

\* When a call can be made, or a wait is over.
Can(i, x, op) ==
  CASE op = "OPEN_ACTIVE" -> Vacant(x)
    [] op = "OPEN_PASSIVE" -> x.state = "CLOSED"
    [] op \in {"SEND", "SEND_URGENT"} -> Over(x) \/ (x.state # "LISTEN" /\ (Kept(x) < SEND_BUFF \/ x.FIN_queued))
    [] op \in {"CLOSE", "CLOSE_HALF", "ABORT", "CRASH"} -> Over(x) \/ x.state # "LISTEN"
    [] op = "AWAIT_OPEN" -> x.state \in synchronized \/ Over(x)
    [] op = "AWAIT_EOF" -> (x.EOF /\ (OnHand(x) = 0 \/ ~Reads[i])) \/ Over(x)
    [] op = "AWAIT_END" -> Over(x)
    [] OTHER -> TRUE

Waits == {"AWAIT_OPEN", "AWAIT_EOF", "AWAIT_END"}

\* The user goes on when his waiting is over.
RECURSIVE GoOn(_, _)
GoOn(i, x) ==
  IF x.ToCall <= Len(Script[i]) /\ Script[i][x.ToCall].op \in Waits /\ Can(i, x, Script[i][x.ToCall].op)
  THEN GoOn(i, [x EXCEPT !.ToCall = @ + 1]) ELSE x

Finish(m) ==
  LET a == SendWhatMayBeSent(m, 0)
      b == IF a.due # <<>> THEN Emit(a, a.due[1]) ELSE a
  IN [b EXCEPT !.my = GoOn(m.me, @)]

\* Where both users make their first calls before anything else happens. In a step TLC takes each side of a
\* disjunction that holds for a step of its own: these are none.
Begun == BEGUN => (h.A.ToCall > 1 /\ h.B.ToCall > 1)
Turn(i) == IF Begun THEN TRUE ELSE h[i].ToCall = 1 /\ (IF i = "A" THEN TRUE ELSE h.A.ToCall > 1)

Quiet == way.A = <<>> /\ way.B = <<>> /\ late.A = <<>> /\ late.B = <<>>

\* ---- What the text's properties see of a host beside its TCB.

incarnation(x) == x.Lives
octets_submitted(x) == x.Submitted
octets_acknowledged(x) == x.Front
octets_unsent(x) == Unsent(x)
octets_received(x) == x.Received
octets_unread(x) == OnHand(x)
places_held(x) == x.Held \cup (IF x.HeldFIN = 0 THEN {} ELSE {x.HeldFIN - 1})
held_from(x) == IF places_held(x) = {} THEN 0 ELSE CHOOSE k \in places_held(x) : \A j \in places_held(x) : k <= j
held_to(x) == IF places_held(x) = {} THEN 0 ELSE 1 + (CHOOSE k \in places_held(x) : \A j \in places_held(x) : j <= k)
alien_text(x) == x.Strange
torn_text(x) == x.Torn
peer_FIN_taken(x) == x.EOF
has_ended(x) == x.Ended # "not"
has_crashed(x) == x.Ended = "by crash"

Distance(a, b) == (a - b) % 2^24 \* from b on to a, on the circle of numbers

\* State, timers and the TCB are as before, but for these; and no other timer was started.
Keeps(was, m, variables, timers) ==
  /\ was.state = m.my.state
  /\ \A v \in TCB \ variables : was[v] = m.my[v]
  /\ was.timers \ timers = m.my.timers \ timers
  /\ m.out.started \subseteq timers

\* Nothing is left of a connection.
Forgets(m) == m.my.timers = {} /\ \A v \in TCB : m.my[v] = NoConnection[v]

\* A segment that is sent, as its receiver sees it.
Sent(s) == [SEQ |-> s.SEQ, ACK |-> s.ACK, LEN |-> s.DATA + One("SYN" \in s.CTL) + One("FIN" \in s.CTL), UP |-> s.UP, CTL |-> s.CTL]

\*@steps
\* ---- What happens to a host.

BrokenBy(m) == UNION {LET d == m.did[k] IN Broken(d.was, d.made, m.my, d.seg, d.e) : k \in DOMAIN m.did}

\* A request goes to the connection; if that is over, to nobody: in CLOSED the answer is all.
Request(m, call) ==
  LET x == m.my
      nobody == call.op # "STOP_LISTENER" /\ Over(x)
      a == IF nobody THEN [m EXCEPT !.my.state = "CLOSED"] ELSE m
      n == Unsent(a.my)
      b == CASE call.op \in {"SEND", "SEND_URGENT"} ->
                  Did(on_SEND(a, call.n, n, Room(a.my), TRUE, call.op = "SEND_URGENT"), NoSegment,
                    [name |-> "SEND", count |-> call.n, queued |-> n, room |-> Room(a.my), remote |-> TRUE, urgent |-> call.op = "SEND_URGENT"])
             [] call.op \in {"CLOSE", "CLOSE_HALF"} ->
                  Did(on_CLOSE(a, n, OnHand(a.my), call.op = "CLOSE_HALF"), NoSegment,
                    [name |-> "CLOSE", queued |-> n, unread |-> OnHand(a.my), half |-> call.op = "CLOSE_HALF"])
             [] call.op = "STOP_LISTENER" -> on_CLOSE(a, n, OnHand(a.my), FALSE)
             [] OTHER -> Did(on_ABORT(a), NoSegment, [name |-> "ABORT"])
  IN IF nobody THEN [b EXCEPT !.my.state = x.state] ELSE Done(b, m.my.RCV_NXT)

CallHappens(m, call) ==
  LET open(a, passive) == Done(Did(on_OPEN(a, passive, ~passive), NoSegment, [name |-> "OPEN", passive |-> passive, remote |-> ~passive]), 0)
  IN CASE call.op = "OPEN_ACTIVE" ->
            LET a == Live([m EXCEPT !.my.Listening = FALSE]) IN open([a EXCEPT !.my.ISS = ISS_of(a.my.Lives)], FALSE)
       [] call.op = "OPEN_PASSIVE" -> open([m EXCEPT !.my.Listening = TRUE], TRUE)
       [] call.op = "CRASH" -> Bury([m EXCEPT !.my.Listening = FALSE, !.my.state = "CLOSED", !.my.Ended = "by crash"])
       [] call.op = "STOP_LISTENER" ->
            LET a == [m EXCEPT !.my.Listening = FALSE] IN IF a.my.state = "LISTEN" THEN Request(a, call) ELSE a
       [] OTHER -> Request(m, call)

ReadHappens(m) ==
  LET n == OnHand(m.my)
      a == Did(on_RECEIVE(m, n, 0), NoSegment, [name |-> "RECEIVE", on_hand |-> n, RCV_USER |-> 0])
  IN Done(IF a.out.reply = "ok" THEN [a EXCEPT !.my.Taken = a.my.Received] ELSE a, m.my.RCV_NXT)

\* What the receiver sees of a packet.
Seen(m, p) == [NoSegment EXCEPT
  !.SEQ = p.SEQ, !.ACK = p.ACK, !.LEN = p.DATA + One("SYN" \in p.CTL) + One("FIN" \in p.CTL), !.WND = p.WND, !.UP = p.UP, !.CTL = p.CTL,
  !.MSS = IF "SYN" \in p.CTL THEN 1460 ELSE 0, !.listener = "SYN" \in p.CTL /\ m.my.Listening,
  !.has_TS = p.TSval # 0, !.TSval = p.TSval, !.has_WS = p.WS, !.WS = IF p.WS THEN Settings[Other[m.me]].offer_shift ELSE 0]

\* The peer's FIN was taken if RCV.NXT went beyond the text.
NoteEOF(m, nxt) ==
  LET text == IF "deliver" \in m.out.asks THEN m.out.deliver.count ELSE 0
  IN IF m.my.state \in synchronized /\ m.my.RCV_NXT = nxt + 1 + text THEN [m EXCEPT !.my.EOF = TRUE] ELSE m

\* Held text has become next in sequence: so many octets, perhaps with the FIN behind them.
TakeHeld(m) ==
  LET octets == CHOOSE n \in 0..8 : n \notin m.my.Held /\ \A k \in 0..(n - 1) : k \in m.my.Held
      fin == m.my.HeldFIN = octets + 1
      more == (\E k \in m.my.Held : k > octets) \/ (m.my.HeldFIN # 0 /\ ~fin)
      nxt == m.my.RCV_NXT
      a == [m EXCEPT !.my.HeldFIN = IF fin THEN 0 ELSE @,
              !.SEG = [NoSegment EXCEPT !.SEQ = nxt, !.ACK = m.my.SND_UNA, !.LEN = octets + One(fin), !.CTL = IF fin THEN {"ACK", "FIN"} ELSE {"ACK"}]]
      b == DidTo(a.my, on_HELD_TEXT(a, more), a.SEG, [name |-> "HELD TEXT", more |-> more])
      c == Perform(b, nxt, NoPacket, TRUE)
  IN IF fin THEN NoteEOF(c, nxt) ELSE c

\* A segment goes to the connection, to a copy of the listener's TCB, or to nobody.
RECURSIVE SegmentHappens(_, _, _)
SegmentHappens(m, p, again) ==
  LET forks == m.my.state = "LISTEN"
      stray == m.my.state = "CLOSED"
      seg == Seen(m, p)
      a == [m EXCEPT !.SEG = seg, !.my.ISS = IF forks THEN ISS_of(m.my.Lives + 1) ELSE @]
      b == on_SEGMENT_ARRIVES(a)
      c == IF again THEN b ELSE Did(b, seg, [name |-> "SEGMENT ARRIVES"])
      born == forks /\ ~Vacant(c.my)
      nxt == IF born THEN c.my.RCV_NXT ELSE IF m.my.state = "SYN-SENT" THEN p.SEQ + 1 ELSE m.my.RCV_NXT
      d == Perform(IF born THEN Live(c) ELSE c, nxt, p, FALSE)
      e == IF stray THEN [d EXCEPT !.my.Ended = m.my.Ended] ELSE IF "FIN" \in p.CTL /\ ~forks THEN NoteEOF(d, nxt) ELSE d
      f == Bury([e EXCEPT !.my.Ended = "in peace"])
  IN IF "reopen" \in c.out.asks \* the listener takes the SYN: RFC 9293 3.6.1, MAY-2
     THEN IF f.my.Listening THEN SegmentHappens(f, p, TRUE) ELSE f
     ELSE IF "deliver" \in c.out.asks /\ e.my.holes THEN TakeHeld(e) ELSE e

TimeoutHappens(m, t) ==
  LET queued == Unsent(m.my)
      a ==
\*@timeouts
        m
  IN Done(Did(a, NoSegment, [name |-> "timeout", timer |-> t, queued |-> queued]), a.my.RCV_NXT)

ICMPHappens(m, hard) == Done(Did(on_ICMP_ERROR(m, hard), NoSegment, [name |-> "ICMP ERROR", hard |-> hard]), m.my.RCV_NXT)

\* ---- Timers: how long they run, by kind. Each kind outlasts any number of those before it.

Fast == {"DELAYED-ACK", "SWS-OVERRIDE"} \* below 1 second
Middle == {"RETRANSMISSION", "PERSIST", "CHALLENGE"} \* seconds
Slow == {"KEEP-ALIVE", "TIME-WAIT", "FIN-WAIT-2"} \* minutes, hours
Fatal == {"GIVE-UP", "USER", "TS-RECENT"} \* they end connections that may still have hope

\* The timers that may expire now. 2 MSL outlast a peer's retransmissions of its FIN, which
\* we would answer; not those of a SYN.
InTime(i) ==
  LET running == h.A.timers \cup h.B.timers IN
  IF ~Quiet THEN {}
  ELSE IF running \cap Fast # {} THEN Fast
  ELSE IF running \cap Middle = {} THEN Slow
  ELSE IF h[Other[i]].state \in {"FIN-WAIT-1", "CLOSING", "LAST-ACK"} THEN Middle ELSE Middle \cup {"TIME-WAIT"}

\* Time on the clock of timestamps, when it has passed: users take their time, and some timeouts take seconds.
Later == IF CLOCK /\ Begun /\ clock < MOST_TIME THEN clock + 1 ELSE clock

\* ---- Steps.

\* What finds the queue full is lost.
Filled(queue, wire) == SubSeq(queue \o wire, 1, Min(Len(queue \o wire), QUEUE))

\* Host i is now as machine m has it; what it sent is on its way.
Becomes(i, m) ==
  /\ h' = [h EXCEPT ![i] = m.my]
  /\ clock' = m.time
  /\ broken' = BrokenBy(m)

Sends(i, m) == way' = [way EXCEPT ![i] = Filled(@, m.wire)]

Call(i) ==
  /\ Turn(i) /\ h[i].ToCall <= Len(Script[i])
  /\ LET call == Script[i][h[i].ToCall] IN
     /\ call.op \notin Waits /\ Can(i, h[i], call.op) = TRUE /\ (call.quiet => Quiet)
     /\ LET m == Finish(CallHappens([Machine(i, Later) EXCEPT !.my.ToCall = @ + 1], call)) IN Becomes(i, m) /\ Sends(i, m)
  /\ UNCHANGED <<late, harm>>

Read(i) ==
  /\ Begun /\ Reads[i] /\ OnHand(h[i]) > 0 /\ ~h[i].reader_gone
  /\ LET m == Finish(ReadHappens(Machine(i, clock))) IN Becomes(i, m) /\ Sends(i, m)
  /\ UNCHANGED <<late, harm>>

Deliver(i) ==
  /\ Begun /\ way[Other[i]] # <<>>
  /\ LET m == Finish(SegmentHappens(Machine(i, clock), Head(way[Other[i]]), FALSE)) IN
     /\ Becomes(i, m)
     /\ way' = [way EXCEPT ![Other[i]] = Tail(@), ![i] = Filled(@, m.wire)]
  /\ UNCHANGED <<late, harm>>

DeliverLate(i) ==
  /\ Begun /\ late[Other[i]] # <<>>
  /\ LET m == Finish(SegmentHappens(Machine(i, clock), Head(late[Other[i]]), FALSE)) IN Becomes(i, m) /\ Sends(i, m)
  /\ late' = [late EXCEPT ![Other[i]] = <<>>]
  /\ UNCHANGED harm

Expires(i, t) == LET m == Finish(TimeoutHappens(Machine(i, IF t \in Middle THEN Later ELSE clock), t)) IN Becomes(i, m) /\ Sends(i, m)

Timeout(i, t) ==
  /\ Begun /\ t \in h[i].timers \cap InTime(i)
  /\ Expires(i, t)
  /\ UNCHANGED <<late, harm>>

\* A timer expires although a segment is under way or a shorter timer runs; or it is one whose expiry is harm.
EarlyTimeout(i, t) ==
  /\ Begun /\ t \in h[i].timers \ InTime(i)
  /\ IF t \in Fatal
     THEN harm[i].fatal < May[i].fatal /\ harm' = [harm EXCEPT ![i].fatal = @ + 1]
     ELSE harm[i].early < May[i].early /\ harm' = [harm EXCEPT ![i].early = @ + 1]
  /\ Expires(i, t)
  /\ UNCHANGED late

ICMPError(i, hard) ==
  /\ Begun /\ ~Vacant(h[i]) /\ harm[i].icmp < May[i].icmp
  /\ harm' = [harm EXCEPT ![i].icmp = @ + 1]
  /\ LET m == Finish(ICMPHappens(Machine(i, clock), hard)) IN Becomes(i, m) /\ Sends(i, m)
  /\ UNCHANGED late

\*@attack
\* The network: the first segment of host i is lost, copied to the end of the queue, or put aside.
Lose(i) ==
  /\ Begun /\ way[i] # <<>> /\ harm[i].lose < May[i].lose
  /\ way' = [way EXCEPT ![i] = Tail(@)]
  /\ harm' = [harm EXCEPT ![i].lose = @ + 1]
  /\ broken' = {}
  /\ UNCHANGED <<h, late, clock>>

Duplicate(i) ==
  /\ Begun /\ way[i] # <<>> /\ Len(way[i]) < QUEUE /\ harm[i].duplicate < May[i].duplicate
  /\ way' = [way EXCEPT ![i] = Append(@, Head(@))]
  /\ harm' = [harm EXCEPT ![i].duplicate = @ + 1]
  /\ broken' = {}
  /\ UNCHANGED <<h, late, clock>>

Delay(i) ==
  /\ Begun /\ way[i] # <<>> /\ late[i] = <<>> /\ harm[i].delay < May[i].delay
  /\ way' = [way EXCEPT ![i] = Tail(@)]
  /\ late' = [late EXCEPT ![i] = <<Head(way[i])>>]
  /\ harm' = [harm EXCEPT ![i].delay = @ + 1]
  /\ broken' = {}
  /\ UNCHANGED <<h, clock>>

Init ==
  /\ h = [i \in Hosts |-> [NoConnection EXCEPT !.Lives = Len(Former[i])]] \* whose segment is still under way is in his second life
  /\ way = [A |-> <<>>, B |-> <<>>]
  /\ late = Former
  /\ harm = LET none == [lose |-> 0, duplicate |-> 0, delay |-> 0, early |-> 0, fatal |-> 0, icmp |-> 0, forge |-> 0] IN [A |-> none, B |-> none]
  /\ clock = 0
  /\ broken = {}

Next == \E i \in Hosts :
  \/ Call(i) \/ Read(i) \/ Deliver(i) \/ DeliverLate(i)
  \/ \E t \in Timers : Timeout(i, t) \/ EarlyTimeout(i, t)
  \/ \E hard \in BOOLEAN : ICMPError(i, hard)
  \/ ForgedArrives(i)
  \/ Lose(i) \/ Duplicate(i) \/ Delay(i)

\* Something happens as long as anything can, and users who have something to read do.
Spec == Init /\ [][Next]_vars /\ WF_vars(Next) /\ \A i \in Hosts : WF_vars(Read(i))

