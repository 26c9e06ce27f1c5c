/* ==== The world: two hosts, their users, and the network between them. ==== */

#define FIRST 16 /* the ISS of each host's first incarnation */
#define GAP 24 /* between the ISS of one incarnation and the next */
#define MOST_LIVES 5 /* later incarnations take the last ISS again */
#define GARBAGE 255 /* an octet that nobody gave to be sent */
#define iss(life) (FIRST + GAP * (min(life, MOST_LIVES) - 1))
#define text_at(life, position) ((((life) << 5) | ((position) & 31)) & 255)

/* How a connection ended. */
#define NOT_ENDED 0
#define IN_PEACE 1
#define BY_RESET 2
#define BY_REFUSAL 3
#define BY_TIMEOUT 4
#define BY_CRASH 5

/* What may happen to a host. */
#define CALL 1
#define READ 2
#define SEGMENT 3
#define TIMEOUT 4
#define ICMP_ERROR 5

/* The calls of a script. */
#define OPEN_ACTIVE 1
#define OPEN_PASSIVE 2
#define SEND 3
#define SEND_URGENT 4
#define CLOSE 5
#define CLOSE_HALF 6
#define ABORT 7
#define CRASH 8
#define STOP_LISTENER 9

/* way[i] carries what host i sends, in order; late[i] holds one segment that is late. */
chan way[2] = [QUEUE] of { NUMBER, NUMBER, NUMBER, byte, byte, byte, byte, byte };
chan late[2] = [1] of { NUMBER, NUMBER, NUMBER, byte, byte, byte, byte, byte };
#define PACKET pkt_SEQ, pkt_ACK, pkt_WND, pkt_DATA, pkt_UP, pkt_text, pkt_CTL, pkt_options
hidden NUMBER pkt_SEQ, pkt_ACK, pkt_WND;
hidden byte pkt_DATA, pkt_UP, pkt_text, pkt_CTL, pkt_options;
#define HAS_WS 1 /* an option; the other bits are TSval, zero where there is no timestamp */
#define stamp(options) ((options) >> 1)
#define peer (1 - _pid)
#define quiet (len(way[0]) + len(way[1]) + len(late[0]) + len(late[1]) == 0)

hidden byte call, octets;

/* Hidden variables are not restored when the search goes back, so no choice may depend on
 * them outside a d_step. These are state, and zero between steps. */
byte happens;
bool again, delivered;
hidden int timer;
hidden byte hard;

/* ---- hosts */

#define vacant (my.state == CLOSED || my.state == LISTEN)
#define over (my.state == CLOSED || my.state == LISTEN && my.Ended != NOT_ENDED)
#define on_hand (my.Received - my.Read)
#define kept (my.Submitted - my.Front)
#define in_flight (my.SND_NXT - my.SND_UNA - my.SYN_outstanding - my.FIN_sent)
#define unsent ((vacant || in_flight < 0 || in_flight > kept) -> 0 : kept - in_flight)
#define room (SEND_BUFF - kept)

/* What is remembered of a host beside its TCB, under the text's names. */
#define flight(host) (host.SND_NXT - host.SND_UNA - host.SYN_outstanding - host.FIN_sent)
#define incarnation(host) host.Lives
#define octets_submitted(host) host.Submitted
#define octets_acknowledged(host) host.Front
#define octets_unsent(host) pick(host.state == CLOSED || host.state == LISTEN || flight(host) < 0 || flight(host) > host.Submitted - host.Front, 0, host.Submitted - host.Front - flight(host))
#define octets_received(host) host.Received
#define octets_unread(host) (host.Received - host.Read)
#define first_held(bits) ((bits & 15) != 0 -> ((bits & 3) != 0 -> (bits & 1 -> 0 : 1) : (bits & 4 -> 2 : 3)) : ((bits & 48) != 0 -> (bits & 16 -> 4 : 5) : (bits & 64 -> 6 : 7)))
#define last_held(bits) (bits > 15 -> (bits > 63 -> (bits > 127 -> 8 : 7) : (bits > 31 -> 6 : 5)) : (bits > 3 -> (bits > 7 -> 4 : 3) : bits))
#define held_from(host) (host.Held == 0 -> minus(host.HeldFIN, 1) : (host.HeldFIN == 0 -> first_held(host.Held) : min(first_held(host.Held), host.HeldFIN - 1)))
#define held_to(host) max(last_held(host.Held), host.HeldFIN)
#define alien_text(host) host.Strange
#define torn_text(host) host.Torn
#define peer_FIN_taken(host) host.EOF_
#define has_ended(host) (host.Ended != NOT_ENDED)
#define has_crashed(host) (host.Ended == BY_CRASH)
#define has_read(host) (host.Received == host.Read || host.reader_gone) /* the user takes what there is */

/* Where both users make their first calls before anything else happens. */
#define begun (former && (!BEGUN || h[0].Next > 0 && h[1].Next > 0))

/* When the next call of a script can be made. */
#define CAN_OPEN_ACTIVE vacant
#define CAN_OPEN_PASSIVE (my.state == CLOSED)
#define CAN_SEND (over || my.state != LISTEN && (kept < SEND_BUFF || my.FIN_queued))
#define CAN_SEND_URGENT CAN_SEND
#define CAN_CLOSE (over || my.state != LISTEN)
#define CAN_CLOSE_HALF CAN_CLOSE
#define CAN_ABORT CAN_CLOSE
#define CAN_CRASH CAN_CLOSE
#define CAN_STOP_LISTENER true
#define CAN_AWAIT_OPEN (state_in(synchronized) || over)
#define CAN_AWAIT_EOF (my.EOF_ && (on_hand == 0 || !READS) || over)
#define CAN_AWAIT_END over

/* An incarnation begins. */
inline live()
{
	my.Ended = NOT_ENDED;
	my.Lives = min(my.Lives + 1, MOST_LIVES);
	my.Submitted = 0; my.Front = 0; my.Received = 0; my.Read = 0;
}

/* A connection ends; a listener is left as it was. */
inline bury()
{
	if
	:: my.Ended == NOT_ENDED && my.state == CLOSED -> my.Ended = IN_PEACE;
	:: else -> skip;
	fi;
	forget();
	my.state = (my.Listening -> LISTEN : CLOSED);
	my.Submitted = 0; my.Front = 0; my.Received = 0; my.Read = 0;
	my.Held = 0; my.HeldFIN = 0; my.EOF_ = false;
}

/* ---- timers: how long they run, by kind. Each kind outlasts any number of those before it. */

#define FAST (T_DELAYED_ACK | T_SWS_OVERRIDE) /* below 1 second */
#define MIDDLE (T_RETRANSMISSION | T_PERSIST | T_CHALLENGE) /* seconds */
#define SLOW (T_KEEP_ALIVE | T_TIME_WAIT | T_FIN_WAIT_2) /* minutes, hours */
#define FATAL (T_GIVE_UP | T_USER | T_TS_RECENT) /* harm */

/* 2 MSL outlast a peer's retransmissions of its FIN, which we would answer; not those of a SYN. */
#define peer_awaits_ACK_of_FIN (your.state == FIN_WAIT_1 || your.state == CLOSING || your.state == LAST_ACK)
#define running_anywhere (my.timers | your.timers)
#define in_time (!quiet -> 0 : ((running_anywhere & FAST) != 0 -> FAST : ((running_anywhere & MIDDLE) != 0 -> (peer_awaits_ACK_of_FIN -> MIDDLE : MIDDLE | T_TIME_WAIT) : SLOW)))
#define EXPIRES(t) d_step { begun && (my.timers & t & in_time) != 0 -> happens = TIMEOUT; timer = t; }
#define EXPIRES_EARLY(t) d_step { begun && (my.timers & t & ~FATAL) != 0 && my.early < MAY_BE_EARLY && (in_time & t) == 0 -> my.early++; happens = TIMEOUT; timer = t; }
#define EXPIRES_AS_HARM(t) d_step { begun && (my.timers & t) != 0 && my.given_up < MAY_GIVE_UP -> my.given_up++; happens = TIMEOUT; timer = t; }

/* The clock of timestamps moves on with users, who take their time, and with timeouts that take seconds. */
#if CLOCK
#define MOST_TIME 7
byte clock;
inline time_passes()
{
	if
	:: begun && clock < MOST_TIME && (happens == CALL || happens == TIMEOUT && (timer & MIDDLE) != 0) -> clock++;
	:: else -> skip;
	fi;
}
#else
#define clock 0
#define time_passes() skip
#endif

//@attack
/* ---- what a host sends */

hidden int sent_SEQ, sent_ACK, sent_DATA, sent_UP, sent_CTL, sent_WND, sent_options, sent_text, at;
hidden int ack_SEQ, ack_ACK;
hidden byte ack_due; /* a mere acknowledgment waits until it is clear that nothing else carries it */

/* Put a segment on its way. What finds the queue full is lost. */
inline emit()
{
	sent_WND = 0; sent_text = 0;
	sent_options = (my.TS_OK && (sent_CTL & RST) == 0 -> (clock + 1) << 1 : 0);
	if
	:: (sent_CTL & ACK) != 0 && (sent_CTL & RST) == 0 ->
		at = my.RCV_ADV - sent_ACK;
		sent_WND = (at < 0 -> WIDEST : min(at >> my.Rcv_Wind_Shift, WIDEST));
		ack_due = false;
	:: else -> skip;
	fi;
	if
	:: (sent_CTL & SYN) != 0 ->
		sent_WND = min(my.RCV_WND, WIDEST);
		sent_options = sent_options | (my.WS_OK -> HAS_WS : 0);
	:: else -> skip;
	fi;
	if
	:: (sent_CTL & (RST | ACK)) == (RST | ACK) && sent_SEQ == 0 -> sent_SEQ = FIRST + FAR;
	:: else -> skip;
	fi;
	if
	:: sent_DATA > 0 -> text_of();
	:: else -> skip;
	fi;
	/* RFC 9293 3.6: there is one FIN, and nothing behind it */
	assert((sent_CTL & FIN) == 0 || sent_SEQ + sent_DATA + 1 == my.SND_NXT);
	if
	:: len(way[_pid]) < QUEUE ->
		way[_pid]!sent_SEQ, sent_ACK, sent_WND, sent_DATA, sent_UP, sent_text, sent_CTL, sent_options;
	:: else -> skip;
	fi;
}

/* Find the octets where the runtime does: in the retransmission queue, whose front is SND.UNA. */
inline text_of()
{
	at = sent_SEQ - my.SND_UNA - my.SYN_outstanding;
	if
	:: at < 0 || at + sent_DATA > kept -> my.Torn = true; sent_text = GARBAGE;
	:: else -> sent_text = text_at(my.Lives, my.Front + at);
	fi;
}

inline emit_acknowledgment()
{
	sent_SEQ = ack_SEQ; sent_ACK = ack_ACK; sent_DATA = 0; sent_UP = 0; sent_CTL = ACK;
	emit();
}

/* All segments are processed before any ACK is sent: RFC 9293 3.8.6.3, MUST-58. But the ACK
 * that text out of order calls forth goes at once, because the peer counts it. */
hidden int place;
inline send_segments()
{
	place = 0;
	do
	:: place >= segments -> break;
	:: else ->
		if
		:: out_CTL[place] == ACK && out_DATA[place] == 0 && out_SEQ[place] == my.SND_NXT && (effects & effect_hold) == 0 ->
			ack_SEQ = out_SEQ[place]; ack_ACK = out_ACK[place]; ack_due = true;
		:: else ->
			if
			:: (effects & effect_hold) != 0 && ack_due -> emit_acknowledgment();
			:: else -> skip;
			fi;
			sent_SEQ = out_SEQ[place]; sent_ACK = out_ACK[place]; sent_DATA = out_DATA[place];
			sent_UP = out_UP[place]; sent_CTL = out_CTL[place];
			emit();
		fi;
		place++;
	od;
}

/* ---- what the machine asks for */

hidden int nxt; /* RCV.NXT before the event */
hidden int count, life;
hidden byte held_text; /* the text comes from what is held, not from the segment */

/* Is this octet the one that the peer's incarnation with our IRS sent under that number? */
inline inspect(number)
{
	life = my.IRS - FIRST;
	life = ((life < 0 || life % GAP != 0 || life / GAP >= MOST_LIVES) -> 0 : life / GAP + 1);
	at = number - pkt_SEQ - ((pkt_CTL & SYN) != 0 -> 1 : 0);
	if
	:: life == 0 || at < 0 || at >= pkt_DATA || pkt_text == GARBAGE -> my.Strange = true;
	:: else ->
		if
		:: pkt_text + at != text_at(life, number - my.IRS - 1) -> my.Strange = true;
		:: else -> skip;
		fi;
	fi;
}

inline take_text()
{
	if
	:: effect_deliver_from != my.IRS + 1 + my.Received -> my.Strange = true;
	:: else -> skip;
	fi;
	count = 0;
	do
	:: count >= effect_deliver_count || count >= 8 -> break;
	:: else ->
		if
		:: held_text -> my.Strange = my.Strange || ((my.Held >> count) & 1) == 0;
		:: else -> inspect((effect_deliver_from + count));
		fi;
		count++;
	od;
	my.Received = my.Received + effect_deliver_count;
	at = my.RCV_NXT - nxt;
	if
	:: at >= 0 && at < 8 ->
		my.Held = my.Held >> at;
		my.HeldFIN = minus(my.HeldFIN, at);
	:: else -> skip;
	fi;
}

inline hold_text()
{
	count = 0;
	do
	:: count >= effect_hold_count || count >= 8 -> break;
	:: else ->
		if
		:: effect_hold_from - nxt + count >= 0 && effect_hold_from - nxt + count < 8 ->
			inspect((effect_hold_from + count));
			my.Held = my.Held | (1 << (effect_hold_from - nxt + count));
		:: else -> skip;
		fi;
		count++;
	od;
	at = effect_hold_from - nxt + effect_hold_count;
	if
	:: effect_hold_fin && at >= 0 && at < 8 -> my.HeldFIN = at + 1;
	:: else -> skip;
	fi;
}

/* Queues first: a segment to be sent may carry text that has just moved. */
inline perform()
{
	if
	:: (signals & signal_established) != 0 -> my.Listening = my.Listening && !ONCE;
	:: (signals & signal_connection_reset) != 0 -> my.Ended = BY_RESET;
	:: (signals & signal_connection_refused) != 0 -> my.Ended = BY_REFUSAL;
	:: (signals & (signal_user_timeout | signal_connection_timed_out)) != 0 -> my.Ended = BY_TIMEOUT;
	:: else -> skip;
	fi;
	if
	:: (effects & effect_acknowledged) != 0 ->
		if
		:: effect_acknowledged_count > kept -> my.Torn = true; my.Front = my.Submitted;
		:: else -> my.Front = my.Front + effect_acknowledged_count;
		fi;
	:: else -> skip;
	fi;
	if
	:: (effects & effect_queue) != 0 -> my.Submitted = my.Submitted + min(effect_queue_count, room);
	:: else -> skip;
	fi;
	if
	:: (effects & effect_deliver) != 0 -> take_text();
	:: else -> skip;
	fi;
	if
	:: (effects & effect_hold) != 0 -> hold_text();
	:: else -> skip;
	fi;
	if
	:: (effects & effect_flush_held) != 0 -> my.Held = 0; my.HeldFIN = 0;
	:: else -> skip;
	fi;
	send_segments();
	if
	:: vacant -> bury();
	:: else -> skip;
	fi;
}

/* With spin -DEVENTS, what happened last is part of the state: properties of cycles ask for it. */
#ifdef EVENTS
byte last; /* 0: something in the network */
bit beat; /* goes to and fro with each step */
#define NOTE(what) last = what; beat = 1 - beat
#else
#define NOTE(what) skip
#endif

