package parser

import "slices"

// This file sees that a world is one in which something can happen, and that what it
// says does not contradict itself.

func (r *resolver) checkWorlds() {
	for _, w := range r.spec.Worlds {
		if w.base {
			r.unused(w, &w.Decl, "nobody calls anything in the world %s, and no other is like it")
			if len(w.Shows) > 0 {
				d := r.errorf("world", w.at["what is shown"], "nobody calls anything in the world %s, so it shows nothing", w.Name)
				r.help(d, "what worlds show is their own, and not of those that are like them: write it in each")
			}
			continue
		}
		if w.Carries == 0 {
			d := r.errorf("world", w.Pos, "in the world %s the network carries nothing", w.Name)
			r.help(d, "say how many segments may be under way in each direction: network carries 5")
		}
		if w.Harm[Duplicates] != [2]int{} && w.Carries == 1 {
			d := r.errorf("world", w.at[harmSaid[Duplicates]], "a network that carries one segment has no room for a duplicate")
			r.also(d, w.at["what the network carries"], "it carries one")
			r.help(d, "let it carry more")
		}
		r.checkOld(w)
		if (w.Harm[Forgeries] != [2]int{}) != (w.Forges&^ForgesEarly != 0) {
			d := r.errorf("world", w.at[harmSaid[Forgeries]], "an attacker has kinds of segments to forge if and only if he may forge some")
			r.help(d, "%s", shapeOf("the attacker"))
		}
		r.checkAssumed(w)
		r.checkShown(w)
		if r.checkScript(w, 0) && r.checkScript(w, 1) {
			r.checkWays(w)
		}
	}
}

// checkOld sees that what is still under way is of a former connection: its numbers lie
// between the ISS of that and the next one.
func (r *resolver) checkOld(w *World) {
	for i, old := range w.Old {
		if old == nil {
			continue
		}
		for _, v := range r.spec.TCB {
			iss := w.Hosts[i][v]
			if v.Chosen && v.Type == Seq && old.SEQ.Add-iss >= LifeGap {
				d := r.errorf("world", old.Pos, "the number %d is not of a former connection of %s, whose %s is %d", old.SEQ.Add, sideNames[i], v.Name, iss)
				r.help(d, "SEQ is %d to %d, for the next connection begins with %d", iss, iss+LifeGap-1, iss+LifeGap)
			}
		}
	}
}

// checkAssumed sees that users do what the properties assume that a world asks. Who is sent
// nothing has nothing to read.
func (r *resolver) checkAssumed(w *World) {
	for _, p := range w.Asks {
		for i, u := range w.Users {
			sent := slices.ContainsFunc(w.Users[1-i].Script, func(a Act) bool { return a.Kind == ActSend || a.Kind == ActSendUrgent })
			closes := slices.ContainsFunc(u.Script, func(a Act) bool { return ActClose <= a.Kind && a.Kind <= ActCrash })
			lacks := ""
			switch {
			case slices.Contains(p.Assuming, UsersClose) && !closes:
				lacks = UsersClose + ", and user %s does not"
			case slices.Contains(p.Assuming, UsersRead) && sent && !u.Reads:
				lacks = "the users read, and user %s does not"
			}
			if lacks != "" {
				d := r.errorf("world", w.Pos, "%s asks %s, which assumes that "+lacks, w.Name, p.Name, sideNames[i])
				r.also(d, p.Pos, "it says so under assuming")
				r.help(d, "ask it of other users, or let these do it")
			}
		}
	}
}

// checkShown sees that what a world shows is asked in it.
func (r *resolver) checkShown(w *World) {
	for _, p := range w.Shows {
		if p.ofTheEnd() && !slices.Contains(w.Asks, p) {
			d := r.errorf("world", w.at["what is shown"], "the world %s shows %s, and does not ask it", w.Name, p.Name)
			if at, ok := w.at["what is asked"]; ok {
				r.also(d, at, "it asks these")
			}
			r.help(d, "write %s behind asks, too", p.Name)
		}
	}
}

// checkScript tells whether a script is one that can be counted, and begun.
func (r *resolver) checkScript(w *World, i int) bool {
	before := len(r.found)
	opens, text := 0, 0
	script := w.Users[i].Script
	if len(script) > MaxScript {
		d := r.errorf("limit", script[MaxScript].Pos, "a user does at most %d things, and not %d", MaxScript, len(script))
		r.help(d, "who explores a world counts no further")
	}
	for _, a := range script {
		switch a.Kind {
		case ActOpenActive, ActOpenPassive:
			text = 0
			if opens++; opens > MaxLives {
				d := r.errorf("limit", a.Pos, "a user opens at most %d connections", MaxLives)
				r.help(d, "who explores a world tells no more of them apart")
			}
		case ActSend, ActSendUrgent:
			if text += a.N; text > MaxText {
				d := r.errorf("limit", a.Pos, "a user sends at most %d octets in one connection, and these are %d", MaxText, text)
				r.help(d, "who explores a world counts no further")
			}
			if a.N > w.Queue {
				d := r.errorf("world", a.Pos, "the send queue takes %s, and there is never room for %d", plural(w.Queue, "octet"), a.N)
				if at, ok := w.at["the send queue"]; ok {
					r.also(d, at, "said here")
				}
				r.help(d, "hosts queue %d", a.N)
			}
		}
	}
	if w.Begun && (len(script) == 0 || script[0].Kind > ActOpenPassive) {
		at := w.at["the start"]
		d := r.errorf("world", at, "the world begins after the first calls, and user %s does not begin with OPEN", sideNames[i])
		r.help(d, "start before the first calls")
	}
	return len(r.found) == before
}

// way is how far two scripts have come, in the best of all cases.
type way struct {
	*World
	at   [2]int              // the act that comes next
	past [2]map[ActKind]bool // what has been done
	hope bool                // connections may end although nobody ended them
}

// checkWays sees that no script stops somewhere for ever: that with the best of luck
// each act can be done, as far as the other user comes.
func (r *resolver) checkWays(w *World) {
	y := &way{World: w, past: [2]map[ActKind]bool{{}, {}}}
	y.hope = w.Harm[GivesUp] != [2]int{} || w.Harm[Forgeries] != [2]int{} || w.Harm[Reports] != [2]int{}
	for y.moves(0) || y.moves(1) {
	}
	for i, u := range w.Users {
		if y.at[i] == len(u.Script) {
			continue
		}
		a := u.Script[y.at[i]]
		d := r.errorf("world", a.Pos, "user %s stops here for ever: %s", sideNames[i], y.lacks(i, a.Kind))
		if y.at[1-i] < len(w.Users[1-i].Script) {
			r.also(d, w.Users[1-i].Script[y.at[1-i]].Pos, "user %s has come as far as this", sideNames[1-i])
			return // one waits for the other
		}
	}
}

// moves does the next act of a user, if it can ever be done.
func (y *way) moves(i int) bool {
	script := y.Users[i].Script
	if y.at[i] == len(script) || !y.can(i, script[y.at[i]].Kind) {
		return false
	}
	y.past[i][script[y.at[i]].Kind] = true
	y.at[i]++
	return true
}

// did tells whether a user has done one of these.
func (y *way) did(i int, kinds ...ActKind) bool {
	return slices.ContainsFunc(kinds, func(k ActKind) bool { return y.past[i][k] })
}

// can tells whether a user may ever do this next.
func (y *way) can(i int, k ActKind) bool {
	opened := y.did(i, ActOpenActive, ActOpenPassive)
	met := y.did(i, ActOpenActive) && y.did(1-i, ActOpenActive, ActOpenPassive) || y.did(i, ActOpenPassive) && y.did(1-i, ActOpenActive)
	closes := []ActKind{ActClose, ActCloseHalf, ActAbort, ActCrash}
	gone := []ActKind{ActClose, ActAbort, ActCrash} // by itself, or by a reset
	ended := opened && (y.hope || y.did(i, gone...) || y.did(1-i, gone...) || y.did(i, closes...) && (y.did(1-i, closes...) || !met))
	switch k {
	case ActOpenActive:
		return !opened || ended || y.did(i, ActOpenPassive)
	case ActOpenPassive:
		return !opened || ended && (y.Once || !y.did(i, ActOpenPassive) || y.did(i, ActStopListening))
	case ActSend, ActSendUrgent, ActClose, ActCloseHalf, ActAbort, ActCrash:
		return !opened || met || ended || y.did(i, ActOpenActive)
	case ActAwaitEstablished:
		return met || ended
	case ActAwaitEOF:
		return met && y.did(1-i, closes...) || ended
	case ActAwaitEnd:
		return ended
	}
	return true
}

// lacks says what an act waits for.
func (y *way) lacks(i int, k ActKind) string {
	peer := sideNames[1-i]
	switch k {
	case ActOpenPassive:
		if y.did(i, ActOpenPassive) && !y.Once {
			return "he listens already"
		}
		return "no connection of his ends"
	case ActAwaitEOF:
		return "user " + peer + " does not close"
	case ActOpenActive, ActAwaitEnd:
		return "no connection of his ends"
	}
	return "there is no connection, for user " + peer + " opens none"
}
