package sim

import (
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	words := "seed=7 delay=10,20 batch block cut=3:gone A=iss:5,shift:250,age:2,mtu:576,snd:1,rcv:2,pieces:3,nodelay,ack,ws,ts,keepalive,impatient" +
		" B+5:send:100 A+0:half-close B+1:keep-alive:1 A+2:cancel B+3:shut A#3:delay:40 B#0:lose >A@7:SA,seq:-1,ack:2,len:3,wnd:4,up:5,mss:6,ws:7,ts:8,alien,icmp:1"
	x := Insertion{To: A, At: 7, CTL: 0x12, MSS: 6, Scale: 7, Stamp: 8, Alien: true, ICMP: 1}
	x.Segment.SEQ, x.Segment.ACK, x.Segment.LEN, x.Segment.WND, x.Segment.UP = -1, 2, 3, 4, 5
	want := Case{
		Seed: 7, Delay: [2]int32{10, 20}, Batch: true, Block: true, Cut: 3, Ending: EndGone,
		Hosts: [2]Host{{
			ISS: 5, Shift: 250, Age: 2, MTU: 576, Send: 1, Receive: 2, Pieces: 3,
			NoDelay: true, AckAtOnce: true, Scale: true, Timestamps: true, KeepAlive: true, Impatient: true,
		}},
		Calls:  []Call{{B, 5, Send, 100}, {A, 0, HalfClose, 0}, {B, 1, KeepAlive, 1}, {A, 2, Cancel, 0}, {B, 3, Shut, 0}},
		Faults: []Fault{{A, 3, Delay, 40}, {B, 0, Lose, 0}},
		Insert: []Insertion{x},
	}
	got, err := Parse(words)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
	if got.String() != words {
		t.Errorf("\n got %s\nwant %s", got, words)
	}
}

func TestParseErrors(t *testing.T) {
	for words, want := range map[string]string{
		"seed=x":           `"x" is no number`,
		"seed=-1":          `"-1" is no number`,
		"delay=5":          "two delays",
		"cut=1:soon":       `"soon" is none of peace, gone, abort`,
		"A=mtu:70000":      `"70000" is no number that fits`,
		"A=fast":           `"fast" is unknown`,
		"C+0:open":         `"C" is none of A, B`,
		"A+0:opn":          `"opn" is none of open, listen`,
		"A+0":              "a call is",
		"A+0:send:1:2":     "a call is",
		"A#0":              "a fault is",
		"A#0:lost":         `"lost" is none of lose`,
		"A#70000:lose":     `"70000" is no number`,
		">A@0:SX":          `'X' is no control bit`,
		"hello":            "no word of a case",
		"A+0:open nonsens": `"nonsens"`,
	} {
		if _, err := Parse(words); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", words, err, want)
		}
	}
}
