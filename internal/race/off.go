//go:build !race

package race

// Enabled tells that this is a build with the race detector.
const Enabled = false
