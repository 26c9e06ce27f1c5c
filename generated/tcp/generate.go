package tcp

// The text in spec/tcp is the source; lockstep gen does the same.

//go:generate go run github.com/lockstep-tcp/lockstep/gen/regenerate -text ../../spec/tcp -o ..
