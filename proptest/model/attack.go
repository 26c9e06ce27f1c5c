package model

import "bytes"

// Most that a blind attacker can send to a host comes to the same: to nothing at all,
// or to the same answer. So what he can send is sorted by what it comes to.

// attacks is what comes of everything an attacker may send to a host, at one time.
type attacks struct {
	time  uint8
	fates [][]forgery
	uses  uint64 // states it was looked up in, and not yet counted
}

// forgery is one segment that is sent, and what comes of it.
type forgery struct {
	event   Event
	outcome outcome
}

// attack visits the worlds in which a forged segment has arrived at host i.
func (k *worker) attack(i uint8, left purse) {
	a := k.attacks(i)
	a.uses += k.v.Weight()
	for _, fate := range a.fates {
		to := k.become(fate[0].event, &fate[0].outcome, left)
		for j := range fate[1:] {
			f := &fate[1+j]
			if k.v.StepAgain(f.event.class(), to) {
				k.show(i, &f.outcome)
			} else {
				k.become(f.event, &f.outcome, left)
			}
		}
	}
}

// attacks finds what comes of all that may be sent to host i.
func (k *worker) attacks(i uint8) *attacks {
	n := k.at[i]
	time := k.c.after(Event{Kind: Forge}, k.purse.time())
	for _, a := range n.attacks {
		if a.time == time {
			return a
		}
	}
	a := &attacks{time: time}
	for f := range n.forged {
		a.add(k.forge(Event{Forge, i, uint16(f)}, time))
	}
	n.attacks = append(n.attacks, a)
	return a
}

// forge sends one.
func (k *worker) forge(e Event, time uint8) (f forgery) {
	k.happen(asked{host: k.at[e.Host], event: e, time: time}, nil, &f.outcome)
	f.event = e
	return f
}

// add sorts a forgery by what it comes to.
func (a *attacks) add(f forgery) {
	for i, fate := range a.fates {
		if o := &fate[0].outcome; o.next == f.outcome.next && bytes.Equal(o.sent, f.outcome.sent) {
			a.fates[i] = append(fate, f)
			return
		}
	}
	a.fates = append(a.fates, []forgery{f})
}
