package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

type fetch struct {
	device
	URL    string `arg:"" name:"url" help:"What to fetch, http://…; a server of the kernel listens on the kernel's side of the device."`
	Output string `name:"output" short:"o" placeholder:"FILE" help:"Write it to a file instead of the standard output."`
}

// Run fetches the URL by net/http over the stack.
func (v *fetch) Run(s streams) error {
	u, err := url.Parse(v.URL)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return fmt.Errorf("%q is no URL to fetch: write http://HOST/PATH", v.URL)
	}
	ctx, stop := untilSignal()
	defer stop()
	r, err := v.start(s)
	if err != nil {
		return err
	}
	n, err := v.get(ctx, s, r.Stack)
	if err != nil {
		return failed{errors.Join(err, r.stop())}
	}
	fmt.Fprintln(s.err, amount.Of(n, "octet"))
	return r.stop()
}

func (v *fetch) get(ctx context.Context, s streams, stack *socket.Stack) (int64, error) {
	transport := &http.Transport{DialContext: byName(stack)}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.URL, nil)
	if err != nil {
		return 0, err
	}
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: the server says %s", v.URL, answer.Status)
	}
	out := s.out
	if v.Output != "" {
		file, err := os.Create(v.Output)
		if err != nil {
			return 0, err
		}
		n, err := io.Copy(file, answer.Body)
		return n, errors.Join(err, file.Close())
	}
	return io.Copy(out, answer.Body)
}

// byName dials over the stack, and lets the kernel look names up.
func byName(stack *socket.Stack) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
		if err != nil {
			return nil, err
		}
		return stack.DialContext(ctx, network, net.JoinHostPort(found[0].Unmap().String(), port))
	}
}
