/* ---- what happens to a host */

hidden byte performs; /* what the machine asks for is done */
hidden byte asks; /* properties are asked of the step: it is an event of the text */
hidden byte first; /* and this is the event itself, not what follows */
hidden byte state_before;
hidden byte nobody; /* the call was made on a connection that is over */

inline call_happens()
{
	my.Next++;
	if
	:: call == OPEN_ACTIVE ->
		my.Listening = false;
		live();
		my.ISS = iss(my.Lives);
		OPEN_passive = false; OPEN_remote = true;
		on_OPEN();
	:: call == OPEN_PASSIVE ->
		my.Listening = true;
		OPEN_passive = true; OPEN_remote = false;
		on_OPEN();
	:: call == CRASH ->
		asks = false;
		my.Listening = false;
		my.state = CLOSED;
		my.Ended = BY_CRASH;
		bury();
		performs = false;
	:: call == STOP_LISTENER ->
		asks = false;
		my.Listening = false;
		performs = (my.state == LISTEN);
	:: else -> performs = !over;
	fi;
	if
	:: call == OPEN_ACTIVE || call == OPEN_PASSIVE || call == CRASH || call == STOP_LISTENER && !performs -> skip;
	:: else -> request();
	fi;
}

/* Make one call on the user's connection, or on none if it is over: that one is in CLOSED, and the answer is all. */
inline request()
{
	state_before = my.state;
	if
	:: performs -> skip;
	:: else -> my.state = CLOSED;
	fi;
	if
	:: call == SEND || call == SEND_URGENT ->
		SEND_count = octets; SEND_queued = unsent; SEND_room = room; SEND_remote = true; SEND_urgent = (call == SEND_URGENT);
		on_SEND();
	:: call == CLOSE || call == CLOSE_HALF || call == STOP_LISTENER ->
		CLOSE_queued = unsent; CLOSE_unread = on_hand; CLOSE_half = (call == CLOSE_HALF);
		on_CLOSE();
	:: else -> on_ABORT();
	fi;
	nobody = !performs;
}

inline read_happens()
{
	RECEIVE_on_hand = on_hand; RECEIVE_RCV_USER = 0;
	on_RECEIVE();
	if
	:: reply == reply_ok -> my.Read = my.Received;
	:: else -> skip;
	fi;
}

inline segment_fields()
{
	SEG_SEQ = pkt_SEQ; SEG_ACK = pkt_ACK; SEG_WND = pkt_WND; SEG_UP = pkt_UP; SEG_CTL = pkt_CTL;
	SEG_LEN = pkt_DATA + ((pkt_CTL & SYN) != 0 -> 1 : 0) + ((pkt_CTL & FIN) != 0 -> 1 : 0);
	SEG_MSS = ((pkt_CTL & SYN) != 0 -> 1460 : 0);
	SEG_listener = ((pkt_CTL & SYN) != 0 && my.Listening);
	SEG_has_WS = ((pkt_options & HAS_WS) != 0);
	SEG_WS = (SEG_has_WS -> PEER_offer_shift : 0);
	SEG_TSval = stamp(pkt_options); SEG_has_TS = (SEG_TSval != 0);
	SEG_answer = false; SEG_unscaled = false;
	remember_segment();
}

hidden byte forks, stray;
hidden byte ended_before;

/* A segment goes to the connection, to a copy of the listener's TCB, or to nobody. */
inline segment_happens()
{
	d_step {
		segment_fields();
		nxt = (my.state == SYN_SENT -> pkt_SEQ + 1 : my.RCV_NXT);
		forks = (my.state == LISTEN);
		stray = (my.state == CLOSED);
		ended_before = my.Ended;
		if
		:: forks -> my.ISS = iss(my.Lives + 1);
		:: else -> skip;
		fi;
	}
	d_step {
		on_SEGMENT_ARRIVES();
		if
		:: forks && !vacant -> live(); nxt = my.RCV_NXT;
		:: else -> skip;
		fi;
	}
}

/* The peer's FIN was taken if RCV.NXT went beyond the text. */
inline note_EOF()
{
	if
	:: state_in(synchronized) && my.RCV_NXT == nxt + 1 + ((effects & effect_deliver) != 0 -> effect_deliver_count : 0) -> my.EOF_ = true;
	:: else -> skip;
	fi;
}

inline behind_segment()
{
	if
	:: stray -> my.Ended = ended_before;
	:: else ->
		if
		:: (pkt_CTL & FIN) != 0 && !forks -> note_EOF();
		:: else -> skip;
		fi;
	fi;
	delivered = ((effects & effect_deliver) != 0 && my.holes);
	if
	:: (effects & effect_reopen) != 0 -> /* the listener takes the SYN: RFC 9293 3.6.1, MAY-2 */
		my.Ended = IN_PEACE;
		bury();
		again = my.Listening;
	:: else -> skip;
	fi;
}

hidden int held_octets;
hidden byte held_FIN, held_more;

/* Tell the machine of held text that has become next in sequence. */
inline take_held()
{
	d_step {
		held_octets = 0;
		do
		:: ((my.Held >> held_octets) & 1) == 1 -> held_octets++;
		:: else -> break;
		od;
		held_FIN = (my.HeldFIN == held_octets + 1);
		held_more = ((my.Held >> held_octets) != 0 || my.HeldFIN != 0 && !held_FIN);
		SEG_SEQ = my.RCV_NXT; SEG_ACK = my.SND_UNA; SEG_LEN = held_octets; SEG_CTL = ACK;
		SEG_WND = 0; SEG_UP = 0; SEG_MSS = 0; SEG_WS = 0; SEG_TSval = 0;
		SEG_has_WS = false; SEG_has_TS = false; SEG_listener = false; SEG_answer = false; SEG_unscaled = false;
		if
		:: held_FIN -> SEG_LEN++; SEG_CTL = SEG_CTL | FIN; my.HeldFIN = 0;
		:: else -> skip;
		fi;
		held_text = true;
		nxt = my.RCV_NXT;
		HELD_TEXT_more = held_more;
		remember_host_was(); remember_beside(); remember_segment();
		on_HELD_TEXT();
	}
	d_step { behind_holds(); }
	d_step {
		perform();
		if
		:: held_FIN -> note_EOF();
		:: else -> skip;
		fi;
	}
}

//@timeouts
/* An event at a host. SPIN bounds the length of a d_step, so that there are several; but none
 * of them leaves a choice, and the atomic around them makes one step of them all. */
inline event_happens()
{
	d_step {
		performs = true; asks = true; first = true; nobody = false;
		ack_due = false; held_text = false; forks = false; stray = false; again = true;
		was = my.state;
		time_passes();
		remember_host_began(); remember_host_was(); remember_beside();
	}
	do
	:: again ->
		again = false;
		nxt = my.RCV_NXT;
		if
		:: happens == CALL -> d_step { call_happens(); }
		:: happens == READ -> d_step { read_happens(); }
		:: happens == SEGMENT -> segment_happens();
		:: happens == TIMEOUT -> d_step { timeout_happens(); }
		:: happens == ICMP_ERROR -> d_step { ICMP_ERROR_hard = hard; on_ICMP_ERROR(); }
		fi;
		d_step {
			if
			:: asks && first -> steps_hold(); remember_host_made(); remember_output();
			:: else -> skip;
			fi;
			first = false;
		}
		d_step {
			if
			:: nobody -> my.state = state_before;
			:: else -> skip;
			fi;
			if
			:: performs -> perform();
			:: else -> skip;
			fi;
			if
			:: happens == SEGMENT -> behind_segment();
			:: else -> skip;
			fi;
		}
	:: !again -> break;
	od;
	if
	:: delivered -> take_held();
	:: !delivered -> skip;
	fi;
	send_what_may_be_sent();
	d_step {
		if
		:: ack_due -> emit_acknowledgment();
		:: else -> skip;
		fi;
		user_goes_on(); invariants(); time_wait_holds(); PAIR; TRACED;
	}
	d_step {
		if
		:: asks -> counts_hold();
		:: else -> skip;
		fi;
		states_hold(); states_met(); NOTE(happens); happens = 0; delivered = false;
	}
}

/* What may be sent is sent; the acknowledgment comes behind it, unless something carried it. */
hidden byte rounds;
inline send_what_may_be_sent()
{
	d_step { rounds = 0; again = !vacant; }
	do
	:: again ->
		d_step {
			SEGMENTIZE_queued = unsent; SEGMENTIZE_room = 65536;
			remember_host_was(); remember_beside();
			on_SEGMENTIZE();
		}
		d_step { behind_holds(); }
		d_step {
			nxt = my.RCV_NXT;
			perform();
			rounds++;
			again = !(segments == 0 || vacant || rounds == 8);
		}
	:: !again -> break;
	od;
	again = false; /* SPIN does not let a loop end where a d_step begins */
}

inline user_goes_on()
{
	do
	:: WAIT_IS_OVER -> my.Next++;
	:: else -> break;
	od;
}

/* ---- what must hold */

hidden byte was;

/* RFC 9293 3.10.8, RFC 1337: TIME-WAIT ends by its own timer, or for a new incarnation */
inline time_wait_holds()
{
	assert(was != TIME_WAIT || my.state == TIME_WAIT || happens == TIMEOUT && (timer == T_TIME_WAIT || (timer & FATAL) != 0) || happens == CALL || my.Listening || my.Lives > 1);
}

/* ---- the two hosts: _pid is 0 for one and 1 for the other */

active [2] proctype Host()
{
end:
	do
	:: atomic {
	if
//@calls
	:: d_step { begun && READS && on_hand > 0 && !my.reader_gone -> happens = READ; }
	:: d_step { begun && len(way[peer]) > 0 -> way[peer]?PACKET; happens = SEGMENT; }
	:: d_step { begun && len(late[peer]) > 0 -> late[peer]?PACKET; happens = SEGMENT; }
//@timers
	:: d_step { begun && my.icmp < MAY_ICMP && !vacant -> my.icmp++; happens = ICMP_ERROR; hard = false; }
	:: d_step { begun && my.icmp < MAY_ICMP && !vacant -> my.icmp++; happens = ICMP_ERROR; hard = true; }
//@forgeries
	fi;
	event_happens();
	}
//@former
	/* the network: the first segment on its way to this host is lost, copied, or put aside */
	:: d_step { begun && len(way[peer]) > 0 && your.lost < PEER_MAY_LOSE -> way[peer]?PACKET; your.lost++; NOTE(0); }
	:: d_step { begun && len(way[peer]) > 0 && len(way[peer]) < QUEUE && your.duplicated < PEER_MAY_DUPLICATE ->
		way[peer]?<PACKET>; way[peer]!PACKET; your.duplicated++; NOTE(0); }
	:: d_step { begun && len(way[peer]) > 0 && len(late[peer]) == 0 && your.delayed < PEER_MAY_DELAY ->
		way[peer]?PACKET; late[peer]!PACKET; your.delayed++; NOTE(0); }
	od
}

/* Where nothing can happen any more, time goes by. Left to itself SPIN lets the claim move on alone, and takes an
 * accepting state that it passes once for a cycle. */
#ifdef EVENTS
active proctype Idle()
{
end:
	do
	:: timeout
	od
}
#endif
