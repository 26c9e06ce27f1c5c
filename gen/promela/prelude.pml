#define min(a, b) ((a) < (b) -> (a) : (b))
#define max(a, b) ((a) > (b) -> (a) : (b))
#define minus(a, b) ((a) > (b) -> (a) - (b) : 0) /* counts stop at zero */

/* With -DCOVERAGE, pan says at its end which rules fired and which pairs of states it met. */
#ifdef COVERAGE
c_decl {
	static unsigned char lockstep_fired[RULES];
	static unsigned char lockstep_pairs[STATES][STATES];
	static void __attribute__((destructor)) lockstep_report(void)
	{
		int i, j;
		lockstep_pairs[0][0] = 1;
		for (i = 0; i < RULES; i++)
			if (lockstep_fired[i]) printf("rule %d\n", i);
		for (i = 0; i < STATES; i++)
			for (j = 0; j < STATES; j++)
				if (lockstep_pairs[i][j]) printf("pair %d %d\n", i, j);
	}
}
#define FIRED(rule) c_code { lockstep_fired[rule] = 1; }
#define PAIR c_code { lockstep_pairs[now.h[0].state][now.h[1].state] = 1; }
#else
#define FIRED(rule) skip
#define PAIR skip
#endif

