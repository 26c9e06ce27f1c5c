package socket_test

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

// A web server and a browser, each on a TCP/IP stack of its own, and a cable between
// them; all in this program.
func Example() {
	left, right := link.Pipe(link.PipeConfig{})
	server, err := socket.New(left, socket.Config{Addrs: []netip.Prefix{netip.MustParsePrefix("10.0.0.1/24")}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	browser, err := socket.New(right, socket.Config{Addrs: []netip.Prefix{netip.MustParsePrefix("10.0.0.2/24")}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer browser.Close()

	listener, err := server.Listen("tcp", ":80")
	if err != nil {
		fmt.Println(err)
		return
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello %s", r.RemoteAddr[:8])
	}))

	client := http.Client{Transport: &http.Transport{DialContext: browser.DialContext}}
	response, err := client.Get("http://10.0.0.1/")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Println(response.Status, string(body), err)
	// Output: 200 OK hello 10.0.0.2 <nil>
}
