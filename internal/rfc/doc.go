// Package rfc holds what the text of TCP quotes to what the RFCs say. Their texts are
// in testdata, as the RFC Editor publishes them.
package rfc
