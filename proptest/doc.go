// Package proptest holds the whole stack, generated core and runtime, to its
// properties: gopter makes up what users call and what a network does to their
// packets, package sim plays it in virtual time and looks at both hosts after
// every step.
//
// A [Test] is one kind of run, with its own generator. When a property does not
// hold, the case is made small by [Shrinker], which knows what a case is made of,
// and told in the form of package counterexample: the property and what it is there
// to catch, the case in one line, the ladder of RFC 9293's figures, and the command
// that plays it again.
//
// The same seed gives the same cases, and a case the same run.
package proptest
