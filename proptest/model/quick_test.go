package model

import (
	"context"
	"fmt"
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

func TestQuick(t *testing.T) {
	one := Budget{Lose: both[uint8](1), Duplicate: both[uint8](1), Delay: both[uint8](1)}
	c := &Config{Name: "q", Script: [2][]Call{{{Op: OpenActive}, {Op: AwaitOpen}, {Op: CloseHalf}}, {{Op: OpenPassive}, {Op: AwaitOpen}, {Op: CloseHalf}}},
		Reads: both(true), Budget: one, Queue: 5, Settings: both(settings(2)), SendBuff: 4, ISS: [2]tcp.Seq{100, 300}, Once: true}
	for _, n := range []int{1, 2} {
		r, err := explore.Run(context.Background(), &space{c: c, core: func() Core { return Generated{} }}, explore.Options{Workers: n})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(r)
		for _, w := range r.Witnesses {
			if w.Count > 0 {
				fmt.Print(w.Name, ":", w.Count, " ")
			}
		}
		fmt.Println()
	}
}
