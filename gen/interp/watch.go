package interp

import (
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Seen is the set of sites that events have come to since it was last cleared.
type Seen []uint64

// Clear makes the set empty.
func (s Seen) Clear() { clear(s) }

// Has tells whether an event came to the site.
func (s Seen) Has(site int) bool { return s[site/64]>>(site%64)&1 != 0 }

func (s Seen) add(site int) { s[site/64] |= 1 << (site % 64) }

// look makes the compiler watch sites.
func (c *compiler) look(sites []ir.Site, seen *Seen) {
	if len(sites) == 0 {
		return
	}
	*seen = make(Seen, (len(sites)+63)/64)
	c.sites, c.seen, c.watch = sites, seen, map[any][]int{}
	for i, s := range sites {
		for _, node := range s.Nodes {
			c.watch[node] = append(c.watch[node], i)
		}
	}
}

// comesTo notes that f is run.
func (c *compiler) comesTo(f run, sites []int) run {
	if len(sites) == 0 {
		return f
	}
	seen := *c.seen
	return func() bool {
		for _, i := range sites {
			seen.add(i)
		}
		return f()
	}
}

// others are the expressions at sites, compiled without watching them.
func others[F any](c *compiler, sites []int, compile func(parser.Expr) F) (list []F) {
	watch := c.watch
	c.watch = nil
	for _, i := range sites {
		list = append(list, compile(c.sites[i].Instead))
	}
	c.watch = watch
	return list
}

// compareFlags notes the sites at which another condition has another value.
func (c *compiler) compareFlags(f func() bool, sites []int) func() bool {
	seen, instead := *c.seen, others(c, sites, c.holds)
	return func() bool {
		x := f()
		for k, g := range instead {
			if g() != x {
				seen.add(sites[k])
			}
		}
		return x
	}
}

func (c *compiler) compareNumbers(f func() uint32, sites []int) func() uint32 {
	seen, instead := *c.seen, others(c, sites, c.eval)
	return func() uint32 {
		x := f()
		for k, g := range instead {
			if g() != x {
				seen.add(sites[k])
			}
		}
		return x
	}
}
