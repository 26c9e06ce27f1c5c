// Package scenario executes the figures of the text: two hosts, driven by the
// generated machine or by any other reading of the text, do what a figure draws, line
// by line, and every state and every segment is compared with it.
//
// A figure leaves out what its readers know. A host that is drawn sending a SYN has
// had an OPEN; one that sends DATA, a SEND; one that sends again what it has sent, a
// retransmission timeout. What comes out of the network and was not drawn going in is
// an old duplicate. Initial sequence numbers are those that are drawn; windows are
// all of one size.
package scenario
