package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/amount"
)

const datagrams = 200

// transfer downloads a file by net/http over a lossy link, and sends datagrams over the same.
func (v *demo) transfer(w io.Writer) error {
	var ofA, ofB tally
	n, err := connect(v.Seed, v.Loss, &ofA, &ofB)
	if err != nil {
		return err
	}
	defer n.close()
	heading(w, "net/http over a link that loses %v of the packets each way, seed %d", v.Loss, v.Seed)
	if err := v.download(w, n); err != nil {
		return err
	}
	heading(w, "%d UDP datagrams over the same link", datagrams)
	if err := exchangeDatagrams(w, n); err != nil {
		return err
	}
	n.close() // so that nothing counts any more
	heading(w, "What A counted, which downloaded")
	printCounters(w, n.a.Counters())
	ofA.print(w, 6)
	heading(w, "What B counted, which served")
	printCounters(w, n.b.Counters())
	ofB.print(w, 6)
	return nil
}

// contents is the file: the same octets for the same seed.
func (v *demo) contents() io.Reader {
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], v.Seed)
	return io.LimitReader(rand.NewChaCha8(seed), int64(v.Size)<<20)
}

func (v *demo) download(w io.Writer, n *network) error {
	l, err := n.b.Listen("tcp", ":80")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.Copy(w, v.contents()) })}
	go server.Serve(l)
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%v/file", n.ofPeerB), nil)
	if err != nil {
		return err
	}
	began := time.Now()
	answer, err := (&http.Client{Transport: &http.Transport{DialContext: n.a.DialContext}}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	got := sha256.New()
	octets, err := io.Copy(got, answer.Body)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("in a minute, %d of %d octets came through a loss of %v: choose less of it (-loss), or of the file (-size)", octets, v.Size<<20, v.Loss)
	}
	if err != nil {
		return err
	}
	took := time.Since(began)
	want := sha256.New()
	io.Copy(want, v.contents())
	fmt.Fprintf(w, "%d octets in %v (%.1f Mbit/s); the link lost %s.\n", octets, took.Round(time.Millisecond), float64(octets)*8/took.Seconds()/1e6, amount.Of(n.lost(), "packet"))
	fmt.Fprintf(w, "SHA-256 sent      %x\nSHA-256 received  %x\n", want.Sum(nil), got.Sum(nil))
	if string(want.Sum(nil)) != string(got.Sum(nil)) {
		return errors.New("the octets received are not those sent")
	}
	fmt.Fprintln(w, "They are equal: TCP mended every loss.")
	return nil
}

// exchangeDatagrams sends from A to B and counts at B. What is lost stays lost.
func exchangeDatagrams(w io.Writer, n *network) error {
	b, err := n.b.ListenPacket("udp", ":53")
	if err != nil {
		return err
	}
	defer b.Close()
	a, err := n.a.Dial("udp", netip.AddrPortFrom(n.ofPeerB, 53).String())
	if err != nil {
		return err
	}
	defer a.Close()
	for i := range datagrams {
		if _, err := a.Write(binary.BigEndian.AppendUint32(nil, uint32(i))); err != nil {
			return err
		}
	}
	came, err := countDatagrams(b)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d arrived, %d stay lost: UDP mends nothing.\n", came, datagrams-came)
	return nil
}

// countDatagrams reads until the line has been silent for a while.
func countDatagrams(c net.PacketConn) (came int, err error) {
	buffer := make([]byte, 4)
	for came < datagrams {
		c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		if _, _, err := c.ReadFrom(buffer); errors.Is(err, os.ErrDeadlineExceeded) {
			return came, nil
		} else if err != nil {
			return came, err
		}
		came++
	}
	return came, nil
}
