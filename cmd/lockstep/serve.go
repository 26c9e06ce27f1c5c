package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

type serve struct {
	device
	HTTP    string `name:"http" placeholder:"DIR" help:"Serve the files of a folder on port 80."`
	Echo    uint16 `placeholder:"PORT" help:"Echo what comes on a TCP port."`
	UDPEcho uint16 `name:"udp-echo" placeholder:"PORT" help:"Echo datagrams on a UDP port."`
}

// Run serves until a signal ends it, then leaves no device behind.
func (v *serve) Run(s streams) error {
	if v.HTTP != "" {
		if info, err := os.Stat(v.HTTP); err != nil || !info.IsDir() {
			return fmt.Errorf("-http: %s is no folder", v.HTTP)
		}
	}
	ctx, stop := untilSignal()
	defer stop()
	r, err := v.start(s)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: the stack is %v, the kernel %v; every other port refuses\n", v.Tun, v.Addr.Addr(), r.kernel)
	if v.Loss > 0 {
		fmt.Fprintf(s.out, "%s: %v of the packets are lost in each direction, seed %d\n", v.Tun, v.Loss, v.Seed)
	}
	services, err := v.begin(s, r)
	if err == nil {
		fmt.Fprintln(s.out, "ready; Ctrl-C ends it")
		<-ctx.Done()
	}
	for _, end := range services {
		err = errors.Join(err, end())
	}
	err = errors.Join(err, r.stop())
	printCounters(s.out, r.Counters())
	r.rules.print(s.out, len(r.rules.fired))
	return err
}

// begin starts the services, and returns what ends each.
func (v *serve) begin(s streams, r *running) (ends []func() error, err error) {
	own := v.Addr.Addr()
	if v.HTTP != "" {
		l, err := r.Listen("tcp", ":80")
		if err != nil {
			return ends, err
		}
		web := &http.Server{Handler: http.FileServer(http.Dir(v.HTTP)), ReadHeaderTimeout: 30 * time.Second}
		go web.Serve(l)
		ends = append(ends, web.Close)
		fmt.Fprintf(s.out, "http://%v/ serves %s\n", own, v.HTTP)
	}
	if v.Echo != 0 {
		l, err := r.Listen("tcp", fmt.Sprintf(":%d", v.Echo))
		if err != nil {
			return ends, err
		}
		e := &echo{listener: l, open: map[net.Conn]bool{}}
		go e.serve()
		ends = append(ends, e.close)
		fmt.Fprintf(s.out, "%v:%d echoes TCP\n", own, v.Echo)
	}
	if v.UDPEcho != 0 {
		c, err := r.ListenPacket("udp", fmt.Sprintf(":%d", v.UDPEcho))
		if err != nil {
			return ends, err
		}
		go echoDatagrams(c)
		ends = append(ends, c.Close)
		fmt.Fprintf(s.out, "%v:%d echoes UDP\n", own, v.UDPEcho)
	}
	return ends, nil
}

// echo sends back what each connection sends.
type echo struct {
	listener net.Listener
	mu       sync.Mutex
	open     map[net.Conn]bool // nil once closed
}

func (e *echo) serve() {
	for {
		c, err := e.listener.Accept()
		if err != nil {
			return
		}
		e.mu.Lock()
		if e.open == nil {
			c.Close()
		} else {
			e.open[c] = true
			go e.answer(c)
		}
		e.mu.Unlock()
	}
}

func (e *echo) answer(c net.Conn) {
	io.Copy(c, c)
	c.Close()
	e.mu.Lock()
	delete(e.open, c)
	e.mu.Unlock()
}

func (e *echo) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for c := range e.open {
		c.Close()
	}
	e.open = nil
	return e.listener.Close()
}

func echoDatagrams(c net.PacketConn) {
	b := make([]byte, 65535)
	for {
		n, from, err := c.ReadFrom(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			c.WriteTo(b[:n], from)
		}
	}
}
