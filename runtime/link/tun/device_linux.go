package tun

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"golang.zx2c4.com/wireguard/tun"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

var _ link.Link = (*Device)(nil)

// Device is a TUN device. It implements link.Link.
type Device struct {
	native tun.Device
	name   string
	mtu    int

	receiving sync.Mutex
	spare     []*link.Packet // what the next Read fills
	frames    [][]byte       // their memory
	sizes     []int
	read      []*link.Packet // read and not yet handed over

	sending sync.Mutex
	out     [][]byte
	runs    runs

	sent, received, failed, dropped atomic.Uint64
}

// Counters count packets.
type Counters struct {
	Sent     uint64 // taken by the kernel
	Received uint64 // handed over by Recv
	Failed   uint64 // not taken by the kernel, being too long or the device down
	Dropped  uint64 // from the kernel and unusable
}

func newDevice(native tun.Device, name string, mtu int) *Device {
	n := native.BatchSize()
	d := &Device{
		native: native, name: name, mtu: mtu,
		spare: make([]*link.Packet, n), frames: make([][]byte, n), sizes: make([]int, n),
	}
	for i := range d.spare {
		d.refill(i)
	}
	return d
}

func (d *Device) refill(i int) {
	d.spare[i] = link.Get(d.mtu)
	d.frames[i] = d.spare[i].Frame()
}

// Name is the name of the network interface.
func (d *Device) Name() string { return d.name }

// MTU implements link.Link.
func (d *Device) MTU() int { return d.mtu }

// Counters tells what the device has counted.
func (d *Device) Counters() Counters {
	return Counters{
		Sent: d.sent.Load(), Received: d.received.Load(),
		Failed: d.failed.Load(), Dropped: d.dropped.Load(),
	}
}

// Send implements link.Link. That the kernel refuses a packet is no error, since
// any link may lose one.
func (d *Device) Send(batch []*link.Packet) error {
	d.sending.Lock()
	defer d.sending.Unlock()
	defer link.PutAll(batch)
	d.out = d.runs.frames(d.out[:0], batch)
	_, err := d.native.Write(d.out, link.Headroom)
	clear(d.out)
	switch {
	case err == nil:
		d.sent.Add(uint64(len(batch)))
		return nil
	case errors.Is(err, os.ErrClosed):
		return net.ErrClosed
	}
	d.failed.Add(uint64(len(batch)))
	return nil
}

// Recv implements link.Link.
func (d *Device) Recv(batch []*link.Packet) (int, error) {
	d.receiving.Lock()
	defer d.receiving.Unlock()
	for len(d.read) == 0 && len(batch) > 0 {
		if err := d.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(batch, d.read)
	d.read = d.read[n:]
	d.received.Add(uint64(n))
	return n, nil
}

// fill reads from the kernel: one packet, or as many as one long segment makes.
func (d *Device) fill() error {
	n, err := d.native.Read(d.frames, d.sizes, link.Headroom)
	var failure *fs.PathError
	switch {
	case errors.Is(err, os.ErrClosed):
		return net.ErrClosed
	case errors.As(err, &failure):
		return err
	case err != nil: // of what was read, not of reading
		d.dropped.Add(1)
	}
	d.read = d.read[:0]
	for i := range n {
		p := d.spare[i]
		p.B = p.B[:d.sizes[i]]
		d.read = append(d.read, p)
		d.refill(i)
	}
	return nil
}

// Close implements link.Link. The interface vanishes, unless it was made to
// persist by others.
func (d *Device) Close() error { return d.native.Close() }
