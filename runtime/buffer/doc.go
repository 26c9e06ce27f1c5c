// Package buffer keeps the octets of a connection: those that wait to be sent
// or acknowledged ([Send]), and those that wait to be read or to become next in
// sequence ([Receive]). It knows octets and sequence numbers and nothing of the
// protocol, which says what goes where.
//
// Each octet is copied once on its way in and once on its way out. Text that
// arrives out of order is stored at once in the place where it will be read.
//
// Memory is taken by the page, when the first octet is written on it, and given
// back to the [Pool] when the last has been read: an idle connection holds none.
//
// Nothing here is safe for concurrent use; one owner holds a pool and all the
// buffers that draw on it.
package buffer
