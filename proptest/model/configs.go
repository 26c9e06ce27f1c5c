package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// Configs is the standard configurations. Together they let every rule of the
// text fire and every property apply.
func Configs() []*Config { return standard }

// Find is the standard configuration of a name; nil if there is none.
func Find(name string) *Config {
	for _, c := range standard {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func (c *Config) with(change func(*Config)) *Config {
	d := *c
	change(&d)
	return &d
}

// basis is what most configurations have in common.
var basis = &Config{
	Pokes: true, Reads: both(true), Queue: 5, SendBuff: 4, Settings: both(settings(2)), ISS: [2]tcp.Seq{1000, 5000}, Once: true,
}

func script(calls ...Call) []Call { return calls }

func send(n uint8) Call { return Call{Op: Send, N: n} }

var (
	openActive  = Call{Op: OpenActive}
	openPassive = Call{Op: OpenPassive}
	awaitOpen   = Call{Op: AwaitOpen}
	awaitEOF    = Call{Op: AwaitEOF}
	awaitEnd    = Call{Op: AwaitEnd}
	closeFully  = Call{Op: Close}
	closeHalf   = Call{Op: CloseHalf}
	abort       = Call{Op: Abort}
	crash       = Call{Op: Crash}
)

// harm is so many segments lost, duplicated and delayed, of each host.
func harm(lose, duplicate, delay uint8) Budget {
	return Budget{Lose: both(lose), Duplicate: both(duplicate), Delay: both(delay)}
}

var standard = []*Config{
	basis.with(func(c *Config) {
		c.Name, c.Doc = "handshake-close", "a handshake and a close by either side; of each direction one segment lost, one duplicated, one delayed"
		c.States = 91_018
		c.Script = [2][]Call{script(openActive, awaitOpen, closeHalf), script(openPassive, awaitOpen, closeHalf)}
		c.Budget = harm(1, 1, 1)
		c.Begun = true
		c.Live = safeClose
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "early-close", "users who send and close before the connection is established"
		c.States = 1_928_980
		c.Script = [2][]Call{script(openActive, send(1), closeFully), script(openPassive, send(1), closeHalf)}
		c.Budget = harm(1, 1, 0)
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "data", "text both ways through windows of two octets; of each direction one segment lost"
		c.States = 196_038
		c.Script = [2][]Call{script(openActive, awaitOpen, send(2), closeHalf), script(openPassive, awaitOpen, send(2), closeHalf)}
		c.Budget = harm(1, 0, 0)
		c.Begun = true
		c.Live = safeText
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "data-reordered", "three octets one way, one the other; one segment duplicated and one delayed, of each direction"
		c.Script = [2][]Call{script(openActive, awaitOpen, send(3), closeHalf), script(openPassive, awaitOpen, send(1), awaitEOF, closeHalf)}
		c.Budget = harm(0, 1, 1)
		c.Begun = true
		c.Live = safeText
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "zero-window", "text both ways through windows of one octet, which close with each; one segment of each direction lost"
		c.States = 104_604
		c.Settings = both(settings(1))
		c.Script = [2][]Call{script(openActive, awaitOpen, send(2), closeHalf), script(openPassive, awaitOpen, send(2), closeHalf)}
		c.Budget = harm(1, 0, 0)
		c.Begun = true
		c.Live = safeText
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "simultaneous-open", "both users open actively; one segment of each direction lost, one duplicated"
		c.States = 199_199
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), closeHalf), script(openActive, awaitOpen, closeHalf)}
		c.Budget = harm(1, 1, 0)
		c.Begun = true
		c.Live = safeClose
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "simultaneous-close", "both users send and close at once; one segment of each direction lost, one delayed"
		c.States = 602_682
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), closeHalf), script(openPassive, awaitOpen, send(1), closeHalf)}
		c.Budget = harm(1, 0, 1)
		c.Begun = true
		c.Live = safeClose
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "half-close-data", "one user closes at once, the other sends when he has read all, and closes then"
		c.States = 8_633_323
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), closeHalf), script(openPassive, awaitEOF, send(3), closeHalf)}
		c.Budget = harm(1, 1, 1)
		c.Begun = true
		c.Live = safeText
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "crash-reopen", "a host crashes and opens again while segments of its former life are under way"
		c.Script = [2][]Call{script(openActive, send(1), crash, openActive, send(1), closeHalf), script(openPassive, awaitOpen, send(1), awaitEOF, closeHalf)}
		c.Once = false
		c.Budget = Budget{Delay: both[uint8](2), Duplicate: [2]uint8{1, 0}}
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "half-open", "a host crashes, and the other finds out when it sends"
		c.States = 471_960
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), crash), script(openPassive, awaitOpen, send(2), closeHalf)}
		c.Budget = harm(1, 0, 1)
		c.Begun = true
		c.Live = append(alwaysSafe, "half-open-is-found")
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "blind-attacker", "somebody forges RST, SYN, text and ACK at both hosts and guesses their numbers"
		c.States = 539_986
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), closeHalf), script(openPassive, awaitOpen, send(1), closeHalf)}
		c.Forge = ForgeRST | ForgeSYN | ForgeText | ForgeACK
		c.Budget = Budget{Lose: both[uint8](1), Forge: both[uint8](1)}
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "time-wait-reuse", "a connection in TIME-WAIT meets the next SYN of its peer, and duplicates of the last"
		c.States = 499_846
		c.Once = false
		c.Script = [2][]Call{script(openPassive, awaitOpen, closeHalf), script(openActive, awaitEOF, closeHalf, awaitEnd, openActive, send(1), closeHalf)}
		c.Budget = harm(0, 1, 1)
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "abort", "one user aborts at any time, the other closes without reading"
		c.States = 656_669
		c.Script = [2][]Call{script(openActive, send(1), abort), script(openPassive, awaitOpen, send(1), closeFully)}
		c.Budget = harm(1, 1, 0)
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "give-up", "timers that end a connection expire, others expire although nothing was lost"
		c.States = 1_019_311
		c.Script = [2][]Call{script(openActive, send(1), closeHalf), script(openPassive, send(1), closeHalf)}
		c.Settings[0].R1, c.Settings[1].R1 = 1, 2
		c.Budget = Budget{Lose: [2]uint8{2, 0}, Early: [2]uint8{0, 1}, GiveUp: both[uint8](1)}
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "slow-ACKs", "Nagle's algorithm, delayed acknowledgments, segments of two octets"
		c.States = 75_570
		for i := range c.Settings {
			s := &c.Settings[i]
			s.NoDelay, s.AckAtOnce, s.PATH.MSS, s.RCV.BUFF = false, false, 2, 4
		}
		c.SendBuff = 8
		c.Script = [2][]Call{script(openActive, awaitOpen, send(3), send(1), send(1), closeHalf), script(openPassive, awaitOpen, send(1), awaitEOF, closeHalf)}
		c.Budget = harm(1, 0, 0)
		c.Begun = true
		c.Live = safeText
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "keep-alive", "idle connections that ask whether their peer is there; one crashes"
		c.States = 330_362
		c.Settings[0].KeepAliveLimit, c.Settings[1].KeepAliveLimit = 2, 1
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), closeHalf), script(openPassive, awaitOpen, crash)}
		c.Budget = Budget{Lose: [2]uint8{3, 1}, Early: [2]uint8{2, 0}}
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "challenge-limit", "forged segments against a limit of one challenge ACK"
		c.States = 435_843
		c.Settings[0].ChallengeLimit, c.Settings[1].ChallengeLimit = 1, 1
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), closeHalf), script(openPassive, awaitOpen, closeHalf)}
		c.Forge = ForgeRST | ForgeSYN | ForgeACK | ForgeEarly
		c.Budget = Budget{Lose: both[uint8](1), Forge: both[uint8](2)}
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "urgent", "urgent text, through windows of two octets"
		c.States = 18_288
		c.Script = [2][]Call{
			script(openActive, awaitOpen, Call{Op: SendUrgent, N: 2}, send(1), closeHalf),
			script(openPassive, awaitOpen, closeHalf),
		}
		c.Budget = harm(1, 0, 0)
		c.Begun = true
		c.Live = safeText
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "window-scale", "windows counted in twos, on one side or both"
		c.States = 10_339
		c.Settings = both(settings(2))
		for i := range c.Settings {
			c.Settings[i].OfferWS, c.Settings[i].OfferShift = true, 1
		}
		c.Script = [2][]Call{script(openActive, awaitOpen, send(2), closeHalf), script(openActive, awaitOpen, closeHalf)}
		c.Budget = harm(1, 0, 0)
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "timestamps", "timestamps, old duplicates that they give away, and a new incarnation after TIME-WAIT"
		c.States = 162_331
		c.Clock, c.Once = true, false
		for i := range c.Settings {
			c.Settings[i].OfferTS, c.Settings[i].PATH.MSS = true, 13
		}
		c.Script = [2][]Call{script(openPassive, awaitOpen, send(1), closeHalf), script(openActive, awaitEOF, closeHalf, awaitEnd, openActive)}
		c.Budget = Budget{Duplicate: [2]uint8{0, 1}, Delay: both[uint8](1), GiveUp: [2]uint8{1, 0}}
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "icmp", "ICMP errors reach the hosts"
		c.States = 33_230
		c.Script = [2][]Call{script(openActive, send(1), closeHalf), script(openPassive, awaitOpen, closeHalf)}
		c.Budget = Budget{Lose: both[uint8](1), ICMP: both[uint8](2)}
	}),
	basis.with(func(c *Config) {
		c.Name, c.Doc = "orphan", "a user who is gone, and a peer who goes on sending, or never closes"
		c.States = 242_791
		c.Script = [2][]Call{script(openActive, awaitOpen, send(1), closeFully), script(openPassive, awaitOpen, send(1))}
		c.Budget = harm(1, 1, 0)
	}),
}

// What to ask of infinite executions, by what the users do.
var (
	alwaysSafe = []string{"no-packet-war", "no-timer-livelock"}
	safeClose  = append(alwaysSafe, "everything-ends", "both-end", "handshake-completes", "one-connection", "simultaneous-close", "FIN-arrives", "TIME-WAIT-ends")
	safeText   = append(alwaysSafe, "both-end", "text-arrives", "closed-window-opens", "FIN-arrives", "half-close-is-usable")
)
