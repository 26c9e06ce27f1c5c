package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilSignal is a context that ends with the first SIGINT, which is Ctrl-C, or SIGTERM,
// which timeout and CI send. A verb then says what it has come to and ends; who sends a
// second one does not wait for that.
func untilSignal() (ctx context.Context, stop func()) {
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
