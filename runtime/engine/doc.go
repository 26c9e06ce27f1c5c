// Package engine performs what the state machine of package tcp decides.
//
// The engine owns what the machine cannot know: which connection a packet
// belongs to, when a timer is due, how long a round trip takes, how much the
// network can bear, and the octets themselves. It decides nothing that depends
// on a connection's state or sequence variables; those live in one tcp.TCB per
// connection and change only in that package.
//
// It does no input or output. Packets and calls come in with the time at which
// they happened, packets to send are appended to [Engine.Out]:
//
//	e.Packet(now, p)       // one IP packet; once for each packet of a batch
//	e.Flush(now)           // the batch ends: acknowledgments go out (MUST-58)
//	e.Advance(now)         // timers that are due expire
//	e.NextDeadline()       // when Advance must be called next
//
// There is no clock, lock, channel or goroutine here, and no randomness but
// that of Config.Secret and Config.Seed: the same calls give the same packets.
// One goroutine at a time may use an engine and everything made from it.
// Notifications are calls of functions set by the owner; they come in the midst
// of an entry and must not call the engine back.
package engine
