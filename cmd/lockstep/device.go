package main

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/pcap"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/link/tun"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

// device are the flags of the verbs that run on a TUN device.
type device struct {
	Tun  string       `required:"" placeholder:"NAME" help:"Name of the TUN device to create."`
	Addr netip.Prefix `required:"" placeholder:"CIDR" help:"The stack's own address with its subnet; the kernel's side gets the first other address."`
	Loss share        `default:"0" placeholder:"P" help:"Share of packets to lose, in each direction: 5% or 0.05."`
	Seed uint64       `default:"1" placeholder:"N" help:"Seed of the loss."`
	// RFC 6298 2.4 wants one second, for a path nobody knows. This one is known: its far
	// end is this machine's kernel, which delays acknowledgments by 40 ms at most.
	RTOMin lasting `name:"rto-min" default:"60ms" placeholder:"TIME" help:"Least retransmission timeout (default ${default}; RFC 6298 has 1s, for unknown paths)."`
	Rules  bool    `help:"Count how often each rule fires, and say so at the end; it takes half of the speed."`
	PCAP   string  `name:"pcap" placeholder:"FILE" help:"Capture into a pcapng file; packet comments name the rules that fired."`
}

const mtu = 1500 // octets, an Ethernet's

// running is a stack on its device.
type running struct {
	*socket.Stack
	kernel  netip.Prefix // the other side
	rules   tally
	capture *pcap.Capture
	file    io.Closer
}

// start creates the device and a stack on it. Whatever is missing is said, and nothing is left behind.
func (d *device) start(s streams) (*running, error) {
	kernel, err := peerOf(d.Addr)
	if err != nil {
		return nil, fmt.Errorf("-addr: %w", err)
	}
	t, err := tun.Open(d.Tun, mtu)
	if err != nil {
		return nil, err
	}
	if err := t.Configure(kernel); err != nil {
		if !errors.Is(err, os.ErrPermission) {
			return nil, errors.Join(err, t.Close())
		}
		// Root made the device for this user; only root may configure it.
		fmt.Fprintf(s.err, "lockstep: %v\nhelp: let root do it: ip addr add %v dev %s && ip link set %s up\n", err, kernel, d.Tun, d.Tun)
	}
	return d.run(t, kernel)
}

// run starts the stack on the device.
func (d *device) run(l link.Link, kernel netip.Prefix) (r *running, err error) {
	r = &running{kernel: kernel}
	cfg := socket.Config{Host: d.Tun, Addrs: []netip.Prefix{d.Addr}}
	cfg.Settings.RTOMin = time.Duration(d.RTOMin)
	if d.Rules {
		cfg.Tracer = &r.rules
	}
	if d.Loss > 0 {
		faults := link.Faults{Loss: float64(d.Loss)}
		l = link.WithFaults(l, link.FaultConfig{Seed: d.Seed, Out: faults, In: faults})
	}
	if d.PCAP != "" {
		if l, err = r.record(l, d.PCAP, &cfg); err != nil {
			return nil, errors.Join(err, l.Close())
		}
	}
	if r.Stack, err = socket.New(l, cfg); err != nil {
		return nil, errors.Join(err, l.Close(), r.stopRecording())
	}
	return r, nil
}

func (r *running) record(l link.Link, name string, cfg *socket.Config) (link.Link, error) {
	file, err := os.Create(name)
	if err != nil {
		return l, fmt.Errorf("-pcap: %w", err)
	}
	r.file = file
	if r.capture, err = pcap.New(file, cfg.Host); err != nil {
		return l, err
	}
	cfg.Tracer = tracers{&r.rules, r.capture} // whoever looks at packets is in no hurry
	return r.capture.Watch(l), nil
}

func (r *running) stopRecording() error {
	if r.capture == nil {
		return nil
	}
	return errors.Join(r.capture.Close(), r.file.Close())
}

// stop ends the stack; the device disappears with it.
func (r *running) stop() error { return errors.Join(r.Close(), r.stopRecording()) }
