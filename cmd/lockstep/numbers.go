package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// number is a number of things that may be none; what none means, its flag says.
type number int64

// UnmarshalText reads 0, 1, 2 …
func (n *number) UnmarshalText(text []byte) error { return atLeast(0, text, (*int64)(n)) }

// several is a number of things of which there is at least one.
type several int64

// UnmarshalText reads 1, 2, 3 …
func (n *several) UnmarshalText(text []byte) error { return atLeast(1, text, (*int64)(n)) }

func atLeast(least int64, text []byte, n *int64) error {
	x, err := strconv.ParseInt(string(text), 10, 0)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("%q is more than this machine counts; write less", text)
	case err != nil || x < least:
		return fmt.Errorf("%q will not do; write a number, %d or more", text, least)
	}
	*n = x
	return nil
}

// mebibytes are octets, or as many as can be counted.
func (n number) mebibytes() int64 { return min(int64(n), math.MaxInt64>>20) << 20 }

// lasting is a time that passes.
type lasting time.Duration

// UnmarshalText reads 90s, 10m, 1h30m.
func (d *lasting) UnmarshalText(text []byte) error {
	x, err := time.ParseDuration(string(text))
	if err != nil || x <= 0 {
		return fmt.Errorf("%q is no time that passes; write 90s, 10m, or 1h30m", text)
	}
	*d = lasting(x)
	return nil
}

func (d lasting) String() string { return time.Duration(d).String() }
