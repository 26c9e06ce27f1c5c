package parser_test

import (
	"fmt"
	"os"

	"github.com/lockstep-tcp/lockstep/parser"
)

func ExampleLoad() {
	spec, found := parser.Load(os.DirFS("../spec/tcp"))
	if found.HasErrors() {
		fmt.Print(found)
		return
	}
	fmt.Println(spec.Name, "-", spec.Title)
	fmt.Println(len(spec.States), "states, the first is", spec.States[0].Name)
	for _, g := range spec.Guards {
		if g.Name == "acceptable-ACK" {
			fmt.Println(g.Name, "-", g.Doc)
		}
	}
	// Output:
	// TCP - Transmission Control Protocol
	// 11 states, the first is CLOSED
	// acceptable-ACK - acknowledges something not acknowledged before
}

func ExampleLoadFiles() {
	_, found := parser.LoadFiles(map[string][]byte{"toy.spec": []byte(`spec TOY "a toy"
states { OFF "not lit"; ON "lit" }
events { PRESS "the button" }

on PRESS in OFF { rule press.on  { goto ON } }
on PRESS in OM { rule press.off  { goto OFF } }
`)})
	fmt.Print(found)
	// Output:
	// toy.spec:6:13: error[unknown-name]: there is no state OM
	//     on PRESS in OM { rule press.off  { goto OFF } }
	//                 ^^
	// help: there is only OFF, ON
}

func ExampleFormat() {
	out, err := parser.Format([]byte(`tcb {
  SND.UNA:seq "oldest unacknowledged"   @rfc(9293,3.4)
  asked :flag "the user has called" MUST-41
}
action take {
      if  asked{SND.UNA<-SEG.ACK;drop;}
}`))
	if err != nil {
		fmt.Print(err)
		return
	}
	fmt.Print(string(out))
	// Output:
	// tcb {
	//   SND.UNA : seq   "oldest unacknowledged"  @rfc(9293, 3.4)
	//   asked   : flag  "the user has called"    MUST-41
	// }
	// action take {
	//   if asked { SND.UNA <- SEG.ACK; drop }
	// }
}

func ExampleExplain() {
	fmt.Print(parser.Explain("seq-and-count"))
	// Output:
	// seq-and-count
	//
	// Sequence numbers are modulo 2^32: none of them is greater than 10. They are
	// compared with each other, by their distance around the circle. What can be
	// compared with a count is that distance.
	//
	// wrong
	//     guard far = SEG.SEQ > 10
	// right
	//     guard far = SEG.SEQ - RCV.NXT > 10
}
