package engine

// Counters count what happened since New.
type Counters struct{}

// Usage is what an engine holds. After everything was closed all of it is zero (P-14).
type Usage struct {
	Connections int // connections, those in TIME-WAIT not counted
	HalfOpen    int // of these, in SYN-RECEIVED after a passive open
	Waiting     int // established and not yet accepted
	TimeWaits   int // records of connections in TIME-WAIT
	Listeners   int
	UDP         int // UDP endpoints
	Timers      int // timers that run
	Buffered    int // octets of memory in send, receive and reassembly buffers, and in UDP queues
}
