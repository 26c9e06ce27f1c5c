package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// machine writes guards and values as macros; actions, steps, on-blocks and events as inlines.
func (w *writer) machine() {
	for _, e := range w.p.Events {
		for _, v := range e.Params {
			w.owner = ident(e.Name)
			w.declare(v)
		}
	}
	w.words()
	for _, f := range w.p.Files {
		mark := w.b.Len()
		w.comment("---- " + f.Name)
		w.line("")
		from := w.b.Len()
		for _, item := range f.Items {
			w.item(item)
		}
		if w.b.Len() == from {
			w.cut(mark)
		}
	}
	w.comment("---- events: the on-block for the state")
	w.line("")
	for _, e := range w.p.Events {
		w.event(e)
	}
	w.invariants()
}

// words are guards, values and invariants. The preprocessor knows a macro only
// below its definition, so they stand before everything that uses them.
func (w *writer) words() {
	w.comment("---- guards and values")
	w.line("")
	word := func(kind, name string, d parser.Decl, e parser.Expr) {
		w.comment(headline(kind+" "+d.Name, d))
		w.define(name, "("+w.expr(e)+")", "")
		w.line("")
	}
	for _, f := range w.p.Files {
		for _, item := range f.Items {
			switch x := item.(type) {
			case *parser.Guard:
				word("guard", ident(x.Name), x.Decl, x.Expr)
			case *parser.Value:
				word("value", ident(x.Name), x.Decl, x.Expr)
			}
		}
	}
	for _, g := range w.p.Invariants {
		word("invariant", invariantName(g), g.Decl, g.Expr)
	}
}

func (w *writer) item(item any) {
	switch x := item.(type) {
	case *parser.Action:
		w.comment(headline("action "+x.Name, x.Decl))
		w.inline(ident(x.Name), func() { w.list(x.Body) })
	case *parser.Handler:
		w.handler(x)
	}
}

func (w *writer) handler(h *parser.Handler) {
	for _, s := range h.Body {
		if step, ok := s.(*parser.Step); ok {
			w.comment(headline("step "+step.Name, step.Decl))
			w.inline(w.stepName(h, step), func() {
				if step.When == nil {
					w.list(step.Body)
				} else {
					w.choice([]parser.Stmt{step}, false)
				}
			})
		}
	}
	w.comment(w.headline(h))
	w.inline(w.handlerName(h), func() { w.steps(h, nil, false) })
}

// event writes the choice among the on-blocks of one event.
func (w *writer) event(e *parser.Event) {
	name := "on_" + ident(e.Name)
	w.inline(name, func() {
		w.line("begin();")
		if e.Timer != nil {
			w.line("my.timers = my.timers & ~%s;", timerName(e.Timer))
		}
		w.line("if")
		for _, h := range w.p.HandlersOf(e) {
			w.line(":: state_in(%s) -> %s();", w.states(h.States), w.handlerName(h))
		}
		w.line(":: else -> skip;")
		w.line("fi;")
	})
}

// timers writes the choices of expiries: one option of an if for each timer and way to expire.
func (w *writer) timers() string {
	var b strings.Builder
	for _, way := range []string{"EXPIRES", "EXPIRES_EARLY", "EXPIRES_AS_HARM"} {
		for _, t := range w.p.Timers {
			if way == "EXPIRES_AS_HARM" == fatal[t.Name] {
				fmt.Fprintf(&b, "\t:: %s(%s)\n", way, timerName(t))
			}
		}
	}
	return b.String()
}

// fatal is FATAL of world.pml: the timers that do not expire but as harm.
var fatal = map[string]bool{"GIVE-UP": true, "USER": true, "TS-RECENT": true}

// timeouts writes the choice among the timers.
func (w *writer) timeouts() {
	w.inline("timeout_happens", func() {
		w.line("if")
		for _, e := range w.p.Events {
			if e.Timer == nil {
				continue
			}
			w.line(":: timer == %s ->", timerName(e.Timer))
			w.in(func() {
				for _, v := range e.Params {
					w.line("%s = unsent;", w.variable(v))
				}
				w.line("on_%s();", ident(e.Name))
			})
		}
		w.line("fi;")
	})
}

// invariants of the text are assertions of one host; pan names the one that is broken.
func (w *writer) invariants() {
	w.inline("invariants", func() {
		for _, g := range w.p.Invariants {
			verdict := "tcb_" + ident(g.Name)
			w.locals = append(w.locals, "hidden byte "+verdict+";")
			w.line("%s = %s; assert(%s);", verdict, invariantName(g), verdict)
		}
	})
}

// constants are the numbers behind the names of the text.
func (w *writer) constants() {
	p := w.p
	for _, s := range p.States {
		w.define(ident(s.Name), fmt.Sprint(s.Index), s.Doc)
	}
	w.define("S(state)", "(1 << (state))", "")
	w.define("state_in(set)", "((S(my.state) & (set)) != 0)", "")
	w.define("any_state", fmt.Sprint(int(p.AllStates())), "")
	for _, s := range p.Sets {
		var parts []string
		for _, m := range p.Members(s.States) {
			parts = append(parts, "S("+ident(m.Name)+")")
		}
		w.define(ident(s.Name), "("+strings.Join(parts, " | ")+")", "")
	}
	w.line("")
	for _, b := range p.Control {
		w.define(b.Name, fmt.Sprint(1<<b.Index), b.Doc)
	}
	w.define("has(bit)", "((SEG_CTL & bit) != 0)", "")
	w.line("")
	for _, t := range p.Timers {
		w.define(timerName(t), fmt.Sprint(1<<t.Index), t.Doc)
	}
	w.define("all_timers", fmt.Sprint(1<<len(p.Timers)-1), "")
	w.define("running(set)", "((my.timers & (set)) != 0)", "")
	w.line("")
	for _, e := range p.Effects {
		w.define(effectName(e), fmt.Sprint(1<<e.Index), e.Doc)
	}
	for _, s := range p.Signals {
		w.define(signalName(s), fmt.Sprint(1<<s.Index), s.Doc)
	}
	for _, r := range p.Replies {
		w.define(replyName(r), fmt.Sprint(r.Index+1), r.Doc)
	}
	w.line("")
	for _, r := range p.Rules {
		w.define(ruleName(r), fmt.Sprint(r.Index), "")
	}
	w.define("RULES", fmt.Sprint(len(p.Rules)), "")
	w.define("STATES", fmt.Sprint(len(p.States)), "")
	w.define("MOST_SEGMENTS", fmt.Sprint(p.MaxSends()), "one event sends no more")
	w.line("")
}

// variables are the TCB, which is state, and everything else, which is scratch.
func (w *writer) variables() {
	w.comment("A host: its TCB, and what is remembered beside it.")
	w.line("typedef HostState {")
	w.in(func() {
		w.line("byte state;")
		w.line("short timers; /* those that run */")
		for _, v := range w.p.TCB {
			w.line("%s %s; /* %s */", stored(v.Type), ident(v.Name), strings.ReplaceAll(v.Doc, "*/", "* /"))
		}
		w.raw(beside)
	})
	w.line("};")
	w.line("HostState h[2];")
	w.define("my", "h[_pid]", "")
	w.define("your", "h[1 - _pid]", "")
	w.line("")
	w.inline("forget", func() {
		for _, v := range w.p.TCB {
			w.line("my.%s = 0;", ident(v.Name))
		}
		w.line("stop(all_timers);")
	})
	w.comment("The segment that an event is about. Hidden variables are no part of the state.")
	w.line("hidden int SEG_CTL;")
	for _, v := range w.p.Segment {
		w.line("hidden %s %s;", scratch(v.Type), ident(v.Name))
	}
	w.line("")
	w.comment("What events give, and what they ask for.")
	for _, e := range w.p.Effects {
		for _, v := range e.Params {
			w.line("hidden %s %s_%s;", scratch(v.Type), effectName(e), ident(v.Name))
		}
	}
	for _, l := range w.locals {
		w.line("%s", l)
	}
	w.raw(scratchpad)
	w.inline("begin", func() {
		w.line("ended = false; effects = 0; signals = 0; reply = 0; started = 0; segments = 0;")
		for i := range w.p.MaxSends() {
			w.line("out_DATA[%d] = 0; out_UP[%d] = 0;", i, i)
		}
	})
}

// beside is what a host has beside its TCB, as world.pml uses it.
const beside = `	byte Next; /* the call of the script that comes next */
	byte Lives; /* incarnations so far; the ISS follows from it */
	byte Ended; /* how the last connection ended, until the next begins */
	byte Submitted; /* octets of text taken from the user by SEND */
	byte Front; /* of these, gone from the retransmission queue */
	byte Received; /* moved to the RECEIVE buffer */
	byte Read; /* of these, taken by the user */
	byte Held; /* bit i: octet RCV.NXT+i is held */
	byte HeldFIN; /* 1+i: a FIN numbered RCV.NXT+i is held; 0: none */
	byte lost; /* of the segments this host sent; likewise the next two */
	byte duplicated;
	byte delayed;
	byte early; /* timers that expired out of their time; likewise the next */
	byte given_up;
	byte icmp; /* ICMP errors that reached this host */
	bool Listening; /* a listener takes SYNs that belong to no connection */
	bool EOF_; /* the peer's FIN was taken */
	bool Strange; /* an octet was delivered that the peer did not send at that place */
	bool Torn; /* text was sent, or acknowledged, that the user never gave */
`

// scratchpad is how the machine answers world.pml.
const scratchpad = `
hidden byte ended;  /* the event is over: drop, return, continue */
hidden int effects, signals, reply, started;
hidden int segments; /* to be sent; each is in the arrays below */
hidden int out_SEQ[MOST_SEGMENTS];
hidden int out_ACK[MOST_SEGMENTS];
hidden int out_DATA[MOST_SEGMENTS];
hidden int out_UP[MOST_SEGMENTS];
hidden int out_CTL[MOST_SEGMENTS];

`
