\* ---- The machine. m is a machine at work: me is its host, my what it knows, SEG the
\* segment that the event is about, out what the event asks for; it has ended, or not.

Min(a, b) == IF a < b THEN a ELSE b
Max(a, b) == IF a > b THEN a ELSE b
Minus(a, b) == IF a > b THEN a - b ELSE 0 \* counts stop at zero

Fired(m, rule) == [m EXCEPT !.out.rules = @ \cup {rule}]
Send(m, segment) == [m EXCEPT !.out.sent = Append(@, segment)]
Start(m, timer) == [m EXCEPT !.my.timers = @ \cup {timer}, !.out.started = @ \cup {timer}]
Stop(m, timers) == [m EXCEPT !.my.timers = @ \ timers, !.out.started = @ \ timers]
Drop(m) == [m EXCEPT !.ended = TRUE]
Return(m, reply) == [m EXCEPT !.ended = TRUE, !.out.reply = reply]
Begin(m) == [m EXCEPT !.out = Nothing, !.ended = FALSE]

