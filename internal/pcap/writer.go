package pcap

import (
	"fmt"
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// open begins a file with one interface, whose packets are IP without a link header.
func open(w io.Writer, name string) (*pcapgo.NgWriter, error) {
	out, err := pcapgo.NewNgWriterInterface(w, pcapgo.NgInterface{
		Name: name, LinkType: layers.LinkTypeRaw, TimestampResolution: 9, OS: "lockstep",
	}, pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "lockstep"}})
	if err != nil {
		return nil, fmt.Errorf("writing the capture: %w", err)
	}
	return out, nil
}

func put(out *pcapgo.NgWriter, at time.Time, octets []byte, options pcapgo.NgPacketOptions) error {
	return out.WritePacketWithOptions(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(octets), Length: len(octets)}, octets, options)
}

// A Writer writes packets of which all is known already.
type Writer struct {
	out *pcapgo.NgWriter
	err error
}

// NewWriter begins a file; name is where the packets were seen.
func NewWriter(w io.Writer, name string) (*Writer, error) {
	out, err := open(w, name)
	if err != nil {
		return nil, err
	}
	return &Writer{out: out}, nil
}

// Write writes a packet with its comments. Close reports the first error.
func (w *Writer) Write(at time.Time, octets []byte, comments ...string) {
	if w.err == nil {
		w.err = put(w.out, at, octets, pcapgo.NgPacketOptions{Comments: comments})
	}
}

// Close writes what is left, and reports the first error there was in writing.
func (w *Writer) Close() error {
	if w.err == nil {
		w.err = w.out.Flush()
	}
	return w.err
}
