// Package rfc holds what the text of TCP quotes to what the RFCs say, and every citation
// to the sections that they have. Their texts are in testdata, as the RFC Editor publishes
// them.
package rfc
