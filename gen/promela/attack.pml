
/* ---- A blind attacker. He sees no segment, and has to guess. A guess is right, in the window, or out of it; that he
 * guesses everything right is left out: nothing could be done about it, and it is what makes blind attacks
 * expensive (RFC 5961, 1.2). */

#define target (state_in(synchronized) || FORGES_EARLY && my.state == SYN_RECEIVED)
#define opens (FORGES_EARLY && my.state == SYN_SENT) /* its one secret is its ISS */
#define inside (my.RCV_NXT + 1)
#define outside (my.RCV_NXT + FAR)
#define elsewhere (my.ISS + FAR)
#define too_new (my.SND_NXT + 1)
#define too_old (my.SND_UNA - 1 - my.MAX_SND_WND)
#define FORGED(kind, when, seq, ack, data, ctl) \
	d_step { begun && my.forged < MAY_FORGE && kind && (when) -> my.forged++; happens = SEGMENT; \
		pkt_SEQ = seq; pkt_ACK = ack; pkt_WND = 1; pkt_DATA = data; pkt_UP = 0; pkt_text = GARBAGE; pkt_CTL = ctl; pkt_options = 0; }

//@choices
	:: FORGED(FORGES_RST, target && my.RCV_WND > 1, inside, 0, 0, RST)
	:: FORGED(FORGES_RST, target, outside, 0, 0, RST)
	:: FORGED(FORGES_RST, target, my.RCV_NXT - 1, my.SND_UNA, 0, RST | ACK)
	:: FORGED(FORGES_SYN, state_in(synchronized), my.RCV_NXT, 0, 0, SYN)
	:: FORGED(FORGES_SYN, target, outside, 0, 0, SYN)
	:: FORGED(FORGES_SYN, target, outside, too_new, 0, SYN | ACK)
	:: FORGED(FORGES_TEXT, target, my.RCV_NXT, too_new, 1, ACK)
	:: FORGED(FORGES_TEXT, target, my.RCV_NXT, too_old, 1, ACK | FIN)
	:: FORGED(FORGES_TEXT, target, my.RCV_NXT, too_new, 0, ACK | FIN)
	:: FORGED(FORGES_TEXT, target, outside, my.SND_UNA, 1, ACK)
	:: FORGED(FORGES_ACK, target, my.RCV_NXT, too_new, 0, ACK)
	:: FORGED(FORGES_ACK, target, my.RCV_NXT, too_old, 0, ACK)
	:: FORGED(FORGES_ACK, target, outside, my.SND_NXT, 0, ACK)
	:: FORGED(FORGES_RST, opens, elsewhere, 0, 0, RST)
	:: FORGED(FORGES_RST, opens, elsewhere, my.ISS, 0, RST | ACK)
	:: FORGED(FORGES_ACK, opens, elsewhere, my.ISS + 2, 0, SYN | ACK)
	:: FORGED(FORGES_ACK, opens, elsewhere, my.ISS + 1, 0, ACK)
