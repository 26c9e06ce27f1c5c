// Package museum keeps real bugs of TCP stacks, each planted anew in this one as a
// small change of the text or of the runtime, and has the properties find it.
//
// A property that finds no bug of others is of little worth, and a bug that no
// property finds shows where one is missing. No patch of those stacks was copied:
// what is planted is the mistake, not the code.
//
// Each bug is found by a property of the explorer or of runs of whole stacks, never by
// a test of one part alone: so each has a trace that shows it, as short as it was found.
//
// Nothing is ever written into the source tree. A change of the text is made in
// memory, and the text is interpreted and explored (package model). A change of the
// runtime is given to the go tool as an overlay, and a test of properties must fail:
// that needs the go command and a checkout of this module.
package museum
