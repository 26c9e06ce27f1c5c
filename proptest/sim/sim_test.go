package sim

import "testing"

// plays are runs that must end well.
var plays = []struct{ name, words string }{
	{"open and close", "delay=10,10 B+0:listen A+1:open A+100:close B+200:close"},
	{"data both ways", "delay=10,20 B+0:listen A+1:open A+0:send:5000 A+0:receive B+0:receive B+50:send:3000 B+0:receive A+500:half-close B+500:half-close"},
	{"nobody listens", "delay=10,10 A+0:open A+0:send:10"},
	{"simultaneous open", "delay=10,10 A+0:open B+0:open A+0:send:10 B+0:send:20"},
	{"SYN lost", "delay=10,10 B+0:listen A+0:open A+0:send:10 A#0:lose"},
	{"closed window", "delay=5,5 B=rcv:100 B+0:listen A+1:open A+0:send:1000 B+20000:receive"},
	{"text behind a FIN", "B+0:listen A+0:open >B@1:FA,seq:1 >B@1:A,seq:1,len:2 >B@2:A,len:1"},
	{"more parts than are held", "B=pieces:2 B+0:listen A+0:open >B@1:A,seq:5,len:1 >B@1:A,seq:3,len:1 >B@1:A,seq:1,len:1 >B@2:A,len:1"},
	{"calls that wait", "block delay=10,20 B+0:listen A+1:open A+100:receive B+50:send:5000 B+200:close A+200:close"},
	{"a dial given up", "block A+0:open A+1000:cancel A+0:open A+1000:shut A#0:lose:1000"},
	{"stacks closed under all calls", "block cut=0:gone delay=10,20 B+0:listen A+1:open A+100:receive B+100:send:100000 A#2:lose:1000"},
	{"datagrams", "delay=5,5 B+0:listen A+1:open A+0:datagram:100 B+0:datagram A+0:datagram:1473"},
}

func TestPlays(t *testing.T) {
	for _, p := range plays {
		t.Run(p.name, func(t *testing.T) {
			c, err := Parse(p.words)
			if err != nil {
				t.Fatal(err)
			}
			r := Run(c)
			if r.Violation != nil {
				t.Error(r.Violation)
			}
			t.Logf("%d steps, %d packets, %v, hash %016x", r.Steps, r.Packets, r.End, r.Hash)
		})
	}
}
