package model

import "slices"

// The properties of the text a second time, in Go: they were here before the text had
// words for them. What each one says, and which sentence it comes from, stands under its
// name in spec/tcp/properties*.spec. They are an oracle of the text's, and of the compiler
// that makes Go of those (gen/proof): where two ways to write a property say different
// things of a state or a step, one of them is wrong. TestTextAgainstCode asks both; what
// runs outside of tests knows the text's alone.

// written are they.
var written = slices.Concat(
	stateAgain, transitionAgain, blindAgain, segmentAgain, ackAgain, timerAgain, userAgain, liveAgain,
)
