package engine

import "strings"

// Notice is a set of things the owner of a connection, listener or UDP endpoint
// may have been waiting for. A notice is a hint, edge-triggered and given at
// least once: whoever gets it tries again what had to wait.
type Notice uint8

const (
	Readable    Notice = 1 << iota // Read returns text, the end of the stream, or an error
	Writable                       // Write takes octets again, or returns an error
	Established                    // the handshake is complete
	Acceptable                     // Accept returns a connection
	Urgent                         // the peer has urgent data, MUST-32
	Trouble                        // retransmissions reached R1, or ICMP reports an error: Conn.SoftError, SHLD-9
	Closed                         // the connection is deleted; Conn.Err tells why. The last notice
)

// Has tells whether all of x are in n.
func (n Notice) Has(x Notice) bool { return n&x == x }

// String returns the names of what is in n, with commas between.
func (n Notice) String() string {
	names := [...]string{"readable", "writable", "established", "acceptable", "urgent", "trouble", "closed"}
	var in []string
	for i, name := range names {
		if n>>i&1 != 0 {
			in = append(in, name)
		}
	}
	return strings.Join(in, ",")
}
