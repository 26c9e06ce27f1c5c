package main

import (
	"fmt"
	"strconv"
	"strings"
)

// share is a part of a whole, from 0 to 1.
type share float64

// UnmarshalText reads 5%, 0.05, or 5: from 1 on a bare number means percent.
func (s *share) UnmarshalText(text []byte) error {
	number, percent := strings.CutSuffix(string(text), "%")
	x, err := strconv.ParseFloat(number, 64)
	if percent || x >= 1 {
		x /= 100
	}
	if err != nil || !(x >= 0 && x <= 1) {
		return fmt.Errorf("%q is no share: write 5%%, or 0.05", text)
	}
	*s = share(x)
	return nil
}

func (s share) String() string { return strconv.FormatFloat(float64(s)*100, 'g', -1, 64) + " %" }
