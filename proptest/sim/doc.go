// Package sim runs two hosts against each other in virtual time: two engines, or two
// stacks with sockets.
//
// A [Case] says everything: how the two hosts are set up, what their users call
// and when, which packets the network loses, duplicates, overtakes, delays or
// changes, what a stranger sends. [Run] plays it, looks at both hosts after every
// step with the eyes of each [Property], and returns the first one that does not
// hold, if any. The same case gives the same [Result], hash included, on every
// machine.
//
// A case is a plain value made of slices of structs, so that a generator can make
// it and a shrinker can make it small; its String is one line of words that
// [Parse] reads back.
//
// What counts as a step: the arrival of a packet, of a batch of packets at one
// instant, the expiry of timers, or a user's call, with everything the host does
// at once in return. The users are as patient as real ones: they try again only
// when the engine told them to, so that a wake-up which does not come is a
// connection that never ends.
//
// A case that says Block has whole stacks with sockets instead of engines, and users
// who wait in calls: there each call must return when it has cause to, and nobody be
// left waiting. Network, trace and hash are the same. What stacks tell and send is looked
// at as what engines do; what looks into an engine between two steps is not asked of
// stacks: buffers, deadlines, notices, congestion control and the cost of a step.
package sim
