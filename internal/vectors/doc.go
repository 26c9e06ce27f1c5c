// Package vectors reads and runs single-segment conformance vectors: one
// connection in one state, one segment, and everything that must follow.
//
// # How to read a file of vectors
//
// One header line, then one vector a line, the columns separated by tabs, no
// quoting, UTF-8. The columns:
//
//	id                the vector's name, V-031
//	state             the state before, as RFC 9293 spells it
//	case              what is tried, for people
//	tcb_before        the variables that the case shows
//	segment           the segment that arrives: SEQ ACK CTL DATA WND TSval UP MSS WS
//	next_state        the state after; LISTEN after SYN-RECEIVED means: back to the listener
//	emitted           exactly what is sent (SEQ, ACK, CTL), or - for nothing at all
//	tcb_changes       exactly which of SND.UNA, SND.NXT, SND.WND and RCV.NXT change, and to what
//	octets_delivered  octets of text that reach the user
//	signal            refused, reset, closing or - : what the user is told
//	rules             labels of the main rules that act, not of all
//
// Before the segment arrives, the connection is the standard connection of its
// state; window scaling and timestamps are off unless shown; the receive buffer
// is empty and 1000 octets large unless RCV.WND says otherwise; nothing waits
// to be sent; a listener would take a SYN. "CTL=" without a value is a segment
// without control bits; DATA=n is n octets of text; origin tells which OPEN led
// to SYN-RECEIVED; FIN.SEQ is the number of our FIN, which has been sent;
// ISS(next) is what a fork of the listener will choose. Words in parentheses
// are remarks.
//
// Rate limits are taken as not exhausted, no acknowledgment is delayed, and
// congestion control and timers play no part.
package vectors
