package model

import (
	"math/bits"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Witnesses are counted where they are remembered, and added up at last.

// Flush counts what is remembered and not yet counted.
func (k *worker) Flush(v *explore.Visitor[World]) {
	k.v = v
	for i := range k.memo.outcomes {
		k.countOutcome(&k.memo.outcomes[i])
	}
	for i := range k.memo.pairs {
		k.countPair(&k.memo.pairs[i])
	}
	for i := range k.sights {
		for _, n := range k.sights[i] {
			if n != nil {
				k.countHost(n)
			}
		}
	}
}

// countOutcome adds what an outcome's uses have seen to the counts.
func (k *worker) countOutcome(o *outcome) {
	if o.uses > 0 {
		k.countShown(o.shown, uint64(o.uses))
		o.uses = 0
	}
}

func (k *worker) countShown(s *shown, uses uint64) {
	k.countHeld(&s.said, uses)
	k.countRules(&s.rules, uses)
}

func (k *worker) countPair(p *pair) {
	if p.uses > 0 {
		k.countHeld(p.said, uint64(p.uses))
		p.uses = 0
	}
}

func (k *worker) countHost(n *seen) {
	if n.uses > 0 {
		k.countHeld(&n.verdict.said, n.uses)
		k.countRules(&n.verdict.rules, n.uses)
		k.v.Count[countStates+int(n.host.TCB.State)] += n.uses
		n.uses = 0
	}
	for _, a := range n.attacks {
		k.countAttacks(a)
	}
}

func (k *worker) countAttacks(a *attacks) {
	for _, fate := range a.fates {
		for i := range fate {
			k.countShown(fate[i].shown, a.uses)
		}
	}
	a.uses = 0
}

func (k *worker) countHeld(f *finding, uses uint64) {
	f.held.each(func(place int) { k.v.Count[place] += uses })
}

func (k *worker) countRules(rules *tcp.RuleSet, uses uint64) {
	for i, word := range rules {
		for ; word != 0; word &= word - 1 {
			k.v.Count[countRules+64*i+bits.TrailingZeros64(word)] += uses
		}
	}
}
