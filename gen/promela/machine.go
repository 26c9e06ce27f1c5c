package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// machine writes guards and values as macros; actions, steps, on-blocks and events as inlines.
func (w *writer) machine() {
	for _, e := range w.p.Events {
		for _, v := range e.Params {
			w.owner = ir.Ident(e.Name)
			w.declare(v)
		}
	}
	w.words()
	for _, f := range w.p.Files {
		mark := w.Len()
		w.comment("---- " + f.Name)
		w.Line("")
		from := w.Len()
		for _, item := range f.Items {
			w.item(item)
		}
		if w.Len() == from {
			w.Cut(mark)
		}
	}
	w.comment("---- events: the on-block for the state")
	w.Line("")
	for _, e := range w.p.Events {
		w.event(e)
	}
	w.invariants()
}

// words are guards, values and invariants. The preprocessor knows a macro only
// below its definition, so they stand before everything that uses them.
func (w *writer) words() {
	w.comment("---- guards and values")
	w.Line("")
	word := func(kind, name string, d parser.Decl, e parser.Expr) {
		w.comment(ir.Headline(kind+" "+d.Name, d))
		w.define(name, "("+w.expr(e)+")", "")
		w.Line("")
	}
	for _, f := range w.p.Files {
		for _, item := range f.Items {
			switch x := item.(type) {
			case *parser.Guard:
				word("guard", ir.Ident(x.Name), x.Decl, x.Expr)
			case *parser.Value:
				word("value", ir.Ident(x.Name), x.Decl, x.Expr)
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
		w.comment(ir.Headline("action "+x.Name, x.Decl))
		w.inline(ir.Ident(x.Name), func() { w.list(x.Body) })
	case *parser.Handler:
		w.handler(x)
	}
}

func (w *writer) handler(h *parser.Handler) {
	for _, s := range h.Body {
		if step, ok := s.(*parser.Step); ok {
			w.comment(ir.Headline("step "+step.Name, step.Decl))
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
	name := "on_" + ir.Ident(e.Name)
	w.inline(name, func() {
		w.Line("begin();")
		w.Line("event = %s;", eventName(e))
		if e.Timer != nil {
			w.Line("my.timers = my.timers & ~%s;", timerName(e.Timer))
		}
		w.Line("if")
		for _, h := range w.p.HandlersOf(e) {
			w.Line(":: state_in(%s) -> %s();", w.states(h.States), w.handlerName(h))
		}
		w.Line(":: else -> skip;")
		w.Line("fi;")
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
		w.Line("if")
		for _, e := range w.p.Events {
			if e.Timer == nil {
				continue
			}
			w.Line(":: timer == %s ->", timerName(e.Timer))
			w.In(func() {
				for _, v := range e.Params {
					w.Line("%s = unsent;", w.variable(v))
				}
				w.Line("on_%s();", ir.Ident(e.Name))
			})
		}
		w.Line("fi;")
	})
}

// invariants of the text are assertions of one host; pan names the one that is broken.
func (w *writer) invariants() {
	w.inline("invariants", func() {
		for _, g := range w.p.Invariants {
			verdict := "tcb_" + ir.Ident(g.Name)
			w.locals = append(w.locals, "hidden byte "+verdict+";")
			w.Line("%s = %s; assert(%s);", verdict, invariantName(g), verdict)
		}
	})
}

// constants are the numbers behind the names of the text.
func (w *writer) constants() {
	p := w.p
	for _, s := range p.States {
		w.define(ir.Ident(s.Name), fmt.Sprint(s.Index), s.Doc)
	}
	w.define("S(state)", "(1 << (state))", "")
	w.define("state_in(set)", "((S(my.state) & (set)) != 0)", "")
	w.define("any_state", fmt.Sprint(int(p.AllStates())), "")
	for _, s := range p.Sets {
		var parts []string
		for _, m := range p.Members(s.States) {
			parts = append(parts, "S("+ir.Ident(m.Name)+")")
		}
		w.define(ir.Ident(s.Name), "("+strings.Join(parts, " | ")+")", "")
	}
	w.Line("")
	for _, b := range p.Control {
		w.define(b.Name, fmt.Sprint(1<<b.Index), b.Doc)
	}
	w.define("has(bit)", "((SEG_CTL & bit) != 0)", "")
	w.Line("")
	for _, t := range p.Timers {
		w.define(timerName(t), fmt.Sprint(1<<t.Index), t.Doc)
	}
	w.define("all_timers", fmt.Sprint(1<<len(p.Timers)-1), "")
	w.define("running(set)", "((my.timers & (set)) != 0)", "")
	w.Line("")
	for i, e := range p.Events {
		w.define(eventName(e), fmt.Sprint(1<<i), "")
	}
	w.Line("")
	for _, e := range p.Effects {
		w.define(effectName(e), fmt.Sprint(1<<e.Index), e.Doc)
	}
	for _, s := range p.Signals {
		w.define(signalName(s), fmt.Sprint(1<<s.Index), s.Doc)
	}
	for _, r := range p.Replies {
		w.define(replyName(r), fmt.Sprint(r.Index+1), r.Doc)
	}
	w.Line("")
	for _, r := range p.Rules {
		w.define(ruleName(r), fmt.Sprint(r.Index), "")
	}
	w.define("RULES", fmt.Sprint(len(p.Rules)), "")
	w.define("STATES", fmt.Sprint(len(p.States)), "")
	w.define("TO_BE_MET", fmt.Sprint(len(ToBeMet(p))), "states")
	w.define("MOST_SEGMENTS", fmt.Sprint(p.MaxSends()), "one event sends no more")
	w.Line("")
}

// variables are the TCB, which is state, and everything else, which is scratch.
func (w *writer) variables() {
	w.comment("A host: its TCB, and what is remembered beside it.")
	w.Line("typedef HostState {")
	w.In(func() {
		w.Line("byte state;")
		w.Line("short timers; /* those that run */")
		for _, v := range w.p.TCB {
			w.Line("%s %s; /* %s */", w.stored(v.Type), ir.Ident(v.Name), strings.ReplaceAll(v.Doc, "*/", "* /"))
		}
		w.Raw(beside)
	})
	w.Line("};")
	w.Line("HostState h[2];")
	w.define("my", "h[_pid]", "")
	w.define("your", "h[1 - _pid]", "")
	w.Line("")
	w.inline("forget", func() {
		for _, v := range w.p.TCB {
			w.Line("my.%s = 0;", ir.Ident(v.Name))
		}
		w.Line("stop(all_timers);")
	})
	w.comment("The segment that an event is about. Hidden variables are no part of the state.")
	w.Line("hidden int SEG_CTL;")
	for _, v := range w.p.Segment {
		w.Line("hidden %s %s;", scratch(v.Type), ir.Ident(v.Name))
	}
	w.Line("")
	w.comment("What events give, and what they ask for.")
	for _, e := range w.p.Effects {
		for _, v := range e.Params {
			w.Line("hidden %s %s_%s;", scratch(v.Type), effectName(e), ir.Ident(v.Name))
		}
	}
	for _, l := range w.locals {
		w.Line("%s", l)
	}
	w.Raw(scratchpad)
	for _, v := range w.notes() {
		w.Line("hidden int %s; /* rules that have fired, by the bits of those that properties ask about */", v)
	}
	w.inline("begin", func() {
		w.Line("ended = false; effects = 0; signals = 0; reply = 0; started = 0; segments = 0; fired = 0;")
		for _, v := range w.notes() {
			w.Line("%s = 0;", v)
		}
		for i := range w.p.MaxSends() {
			w.Line("out_DATA[%d] = 0; out_UP[%d] = 0;", i, i)
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
	byte forged; /* segments that somebody else had sent */
	bool Listening; /* a listener takes SYNs that belong to no connection */
	bool EOF_; /* the peer's FIN was taken */
	bool Strange; /* an octet was delivered that the peer did not send at that place */
	bool Torn; /* text was sent, or acknowledged, that the user never gave */
`

// scratchpad is how the machine answers world.pml.
const scratchpad = `
hidden byte ended;  /* the event is over: drop, return, continue */
hidden int effects, signals, reply, started;
hidden int event; /* that the machine runs, or ran last */
hidden byte fired; /* a rule has of which no property asks whether it was that one */
hidden int segments; /* to be sent; each is in the arrays below */
hidden int out_SEQ[MOST_SEGMENTS];
hidden int out_ACK[MOST_SEGMENTS];
hidden int out_DATA[MOST_SEGMENTS];
hidden int out_UP[MOST_SEGMENTS];
hidden int out_CTL[MOST_SEGMENTS];

`
