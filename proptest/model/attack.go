package model

// Most that a blind attacker can send to a host comes to the same: to nothing at all,
// or to the same answer. So what he can send is sorted by what it comes to.

// attacks is what comes of everything an attacker may send to a host, at one time.
type attacks struct {
	time  uint8
	fates [][]outcome
	uses  uint64 // states it was looked up in, and not yet counted
}

// attack visits the worlds in which a forged segment has arrived at host i.
func (k *worker) attack(i uint8, left purse) {
	a := k.attacks(i)
	a.uses += k.v.Weight()
	for _, fate := range a.fates {
		to := k.become(&fate[0], k.way, left)
		for j := range fate[1:] {
			o := &fate[1+j]
			if k.v.StepAgain(o.asked.what.event().class(), to) {
				k.show(o)
			} else {
				k.become(o, k.way, left)
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
		var o outcome
		k.happen(asked{what: whatOf(Event{Forge, i, uint16(f)}, time, false), host: k.host.at(i)}, &o)
		a.add(o)
	}
	n.attacks = append(n.attacks, a)
	k.gallery.notes.Add(sizeOf[attacks]() + int64(len(n.forged))*(2*sizeOf[outcome]()+sizeOf[shown]()))
	return a
}

// add sorts the outcome of one segment by what it comes to.
func (a *attacks) add(o outcome) {
	for i, fate := range a.fates {
		if f := &fate[0]; o.next == f.next && o.n == f.n && o.sent == f.sent {
			a.fates[i] = append(fate, o)
			return
		}
	}
	a.fates = append(a.fates, []outcome{o})
}
