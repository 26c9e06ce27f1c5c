package sim

import (
	"fmt"
	"strings"
	"testing"
)

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
	// Found by campaigns, in runs where everything was right.
	{"a guessed segment closes the window and is ahead of all that could open it", "seed=9 delay=20,5 A=iss:2716712118,age:1,ws,ts B=iss:573238963 B+0:listen A+0:open A+1324:send:537 A+33:send:17798 A+0:receive B+5:receive:5818 B+206:half-close B+51694:send:1459 B+11:send:214 A+469:send:74 A+0:send:15189 A+53340:receive >A@30:PA,seq:49278"},
	{"a guessed segment leaves a window of an octet", "seed=1 delay=1,20 A=iss:1027987915 B=iss:2137096209,age:500,mtu:128,pieces:1,ws B+0:listen A+2:open A+0:send:1460 B+1:half-close A+0:send:16490 A+0:send:538 A+244:send:16060 >A@40:FA,seq:809,len:705,wnd:1"},
	{"an ICMP error and a RST in one batch", "seed=0 delay=5,0 batch A+0:open B+0:open B#0:lose:1 >A@24:A,ack:675696630 >B@29:A,icmp:3"},
	{"text sent again answers what came before in the batch", "seed=0 delay=12,20 batch A=rcv:1 B=mtu:128 B+0:listen A+0:open A+1255:urgent:1461 B+0:urgent:100 >B@44:A,seq:-1,len:852"},
	{"a CLOSED host resets whatever comes of text that came twice", "seed=106 delay=291,270 A=iss:711382294 B=iss:1860075997 B+0:listen A+1:open A+0:receive B+0:receive B+157:send:146000" + twice(300)},
	{"a SYN,ACK that is sent again in FIN-WAIT-1 probes no window", "seed=1 delay=5,5 A+0:open A+20:half-close A+20000:receive A#0:lose:1000 >A@10:S >A@7500:A"},
	{"users end six connections at once", "seed=0 A=keepalive B+0:listen A+0:open A+246125:open A+215572:open A+552994:receive B#15:duplicate:37348 B#8:duplicate:2999 B#3:lose:28"},
	// This one was not: cwnd grew three times in one round trip.
	{"an ACK of several windows in congestion avoidance", "seed=253 delay=303,20 B=mtu:100,ack B+0:listen A+2:open A+9:send:11904 A#26:reorder:2 >A@1938:PA,ack:-2,wnd:65535"},
}

// twice has the first n packets of each host arrive twice.
func twice(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " A#%d:duplicate B#%d:duplicate", i, i)
	}
	return b.String()
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
