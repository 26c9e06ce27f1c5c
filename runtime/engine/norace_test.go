//go:build !race

package engine

const poolsForget = false
