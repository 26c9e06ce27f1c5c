// Package model is a small world around the generated TCP: two hosts, the
// network between them, their users, and somebody who forges segments. It is
// what package explore explores, and it says what must hold there.
//
// # What runs
//
// The machine is not modelled: each Host holds a tcp.TCB, and every event is a
// call of generated/tcp, the code that ships. What the runtime would do with the
// effects is done here on numbers instead of octets: queues are counts, an octet
// is known by the incarnation and the position it was sent at, reassembly is a
// bitmap. Behind every event the host sends what it may send, as a stack does.
//
// # What the world may do
//
// A Config says what users call, and how much harm may be done: so many segments
// lost, duplicated, delayed (until after their connection's death, if it comes to
// that), forged; so many timers that fire although nothing was lost. Everything
// else happens in every order. Configs are the worlds of the text: worlds.spec.
//
// Time is kept by one rule: a timer fires for free only when no segment is under
// way and no timer of a shorter kind runs at either end. A retransmission
// timeout is longer than a round trip and than a delayed acknowledgment, 2 MSL
// longer than any retransmission. Other expiries are harm and have a budget.
//
// # What is checked
//
// Properties is the table: conditions on every state, on every step, and on
// infinite executions. A property that no state or step met is vacuous, and that
// is a failure, too.
package model
