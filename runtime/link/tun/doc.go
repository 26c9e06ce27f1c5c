// Package tun is a link to the operating system's own stack, and through it to
// the world: a TUN device, which carries IP packets and no frames. It works on
// Linux, for whoever has the capability CAP_NET_ADMIN.
//
//	device, err := tun.Open("lockstep0", 1500)
//	…
//	err = device.Configure(netip.MustParsePrefix("192.0.2.1/24"))
//
// The kernel is then 192.0.2.1, and a stack on the device may be any other
// address of the prefix.
//
// The kernel hands over TCP segments of up to 64 KiB and takes such, because the
// device has offloads switched on; here they are cut up and joined, so that the
// link carries packets no longer than the MTU.
package tun
