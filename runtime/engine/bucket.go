package engine

import "time"

// bucket is a token bucket: so many events a second, and a second's worth at once.
type bucket struct {
	rate   int64 // tokens a second
	tokens int64 // in thousand millionths, so that slow rates lose nothing
	filled Time  // when tokens was last brought up to date
}

func newBucket(rate int) bucket {
	return bucket{rate: int64(rate), tokens: int64(rate) * int64(time.Second)}
}

// take tells whether one more event is allowed at now.
func (b *bucket) take(now Time) bool {
	full := b.rate * int64(time.Second)
	if since := now.Sub(b.filled); since >= time.Second {
		b.tokens = full
	} else if since > 0 {
		b.tokens = min(b.tokens+int64(since)*b.rate, full)
	}
	b.filled = max(b.filled, now)
	if b.tokens < int64(time.Second) {
		return false
	}
	b.tokens -= int64(time.Second)
	return true
}
