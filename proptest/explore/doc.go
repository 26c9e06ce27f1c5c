// Package explore visits every state a transition system can reach.
//
// It knows nothing of TCP. A Model says how to write a state down in few octets
// and what can follow it; Run visits all that follows, breadth first, level by
// level, on all cores, so that the first trace to a broken property is a
// shortest one. What is counted (states, transitions, depth, witnesses) is the
// same for any number of workers, whenever the search was not cut short.
//
// # What is stored
//
// A state lives only as its canonical encoding: packed into the frontier while
// it waits to be expanded, and as a fingerprint of 64 bits in the visited set
// for ever. Two states with one fingerprint would be taken for one; for n states
// the chance that this ever happened is at most n²/2^65, and every Report
// states it. Strict uses 128 bits; Exact stores whole encodings and cannot err.
//
// # Properties
//
// A model checks its own states and steps while it expands them, and calls
// Visitor.Violated or Visitor.Broken. What needs infinite behaviours is given to
// Run as Liveness: the graph of states is then kept, and searched for strongly
// connected components that a fair execution could stay in for ever. A
// counterexample is a lasso: a path and a cycle.
package explore
