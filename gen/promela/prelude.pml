#define min(a, b) ((a) < (b) -> (a) : (b))
#define max(a, b) ((a) > (b) -> (a) : (b))
#define minus(a, b) ((a) > (b) -> (a) - (b) : 0) /* counts stop at zero */

/* The same for properties: an ltl formula knows no (c -> a : b). */
#define pick(c, a, b) ((c) * (a) + (1 - (c)) * (b))
#define least(a, b) pick((a) < (b), a, b)
#define most(a, b) pick((a) > (b), a, b)
#define less(a, b) pick((a) > (b), (a) - (b), 0)
#define distance(a, b) (((a) - (b)) & 16777215) /* from b on to a, on the circle of numbers */
#define any(set, of) (((set) & (of)) != 0)
#define came(bit) any(came_SEG_CTL, bit) /* the segment had it when it arrived */
#define other(host) (1 - (host))

#define start(set) my.timers = my.timers | (set); started = started | (set)
#define stop(set) my.timers = my.timers & ~(set)
#define starts(timer) any(started & my.timers, timer) /* the event has started it, and not stopped it again */

/* With -DCOVERAGE, pan says at its end which rules fired, which pairs of states it met, and of the states that the text
 * wants to be met which were. */
#ifdef COVERAGE
c_decl {
	static unsigned char lockstep_fired[RULES];
	static unsigned char lockstep_pairs[STATES][STATES];
	static unsigned char lockstep_met[TO_BE_MET + 1];
	static void lockstep_report(void)
	{
		int i, j;
		for (i = 0; i < RULES; i++)
			if (lockstep_fired[i]) printf("rule %d\n", i);
		for (i = 0; i < TO_BE_MET; i++)
			if (lockstep_met[i]) printf("met %d\n", i);
		for (i = 0; i < STATES; i++)
			for (j = 0; j < STATES; j++)
				if (lockstep_pairs[i][j]) printf("pair %d %d\n", i, j);
	}
	static void lockstep_pair(int a, int b)
	{
		if (!lockstep_pairs[0][0]) atexit(lockstep_report); /* the first one: hosts begin in state 0 */
		lockstep_pairs[0][0] = lockstep_pairs[a][b] = 1;
	}
}
#define FIRED(rule) c_code { lockstep_fired[rule] = fired = 1; }
#define FIRED_NOTED(rule, noted, bit) c_code { lockstep_fired[rule] = 1; noted |= bit; }
#define MET(state) c_code { lockstep_met[state] = 1; }
#define PAIR c_code { lockstep_pair(now.h[0].state, now.h[1].state); }
#else
#define FIRED(rule) fired = 1
#define FIRED_NOTED(rule, noted, bit) noted = noted | bit /* a property asks whether this one has */
#define PAIR skip
#endif

/* A segment to be sent; text comes before. SPIN bounds the statements of a d_step, so that there
 * are as few as possible. */
#define segment(seq, ack, ctl) \
	out_SEQ[segments] = seq; out_ACK[segments] = ack; out_CTL[segments] = ctl; segments++
#define text(data, up) \
	out_DATA[segments] = data; out_UP[segments] = up

/* With -DTRACE, a simulation or a trail says what happened. */
#ifdef TRACE
#define TRACED printf("host %d: happens %d call %d timer %d: state %d UNA %d NXT %d WND %d RCV.NXT %d timers %d; under way %d %d\n", _pid, happens, call, timer, my.state, my.SND_UNA, my.SND_NXT, my.SND_WND, my.RCV_NXT, my.timers, len(way[0]), len(way[1]))
#else
#define TRACED skip
#endif

