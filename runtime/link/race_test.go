//go:build race

package link_test

// raceDetector: sync.Pool drops packets at random, so that allocations cannot be counted.
const raceDetector = true
