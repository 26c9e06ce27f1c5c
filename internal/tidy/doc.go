// Package tidy holds the house rules, as tests: what may import what, how long a
// file may grow, what must not be written anywhere. Each test says why.
package tidy
