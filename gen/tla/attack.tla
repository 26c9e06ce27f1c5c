\* ---- An attacker. He sees no segment, and has to guess. A guess is right, in the window, or out of it; that he guesses
\* everything right is left out: nothing could be done about it, and it is what makes blind attacks expensive (RFC 5961, 1.2).

\* What is forged for a host in SYN-SENT, whose one secret is its ISS; and for others.
ForgedEarly(x) ==
  LET forged(ack, ctl) == [NoPacket EXCEPT !.SEQ = x.ISS + FAR, !.ACK = ack, !.CTL = ctl]
  IN (IF "RST" \in Forges THEN {forged(0, {"RST"}), forged(x.ISS, {"RST", "ACK"})} ELSE {})
     \cup (IF "ACK" \in Forges THEN {forged(x.ISS + 2, {"SYN", "ACK"}), forged(x.ISS + 1, {"ACK"})} ELSE {})

ForgedLater(x) ==
  LET forged(seq, ack, data, ctl) == [NoPacket EXCEPT !.SEQ = seq, !.ACK = ack, !.WND = 1, !.DATA = data, !.CTL = ctl]
      next == x.RCV_NXT
      outside == x.RCV_NXT + FAR
      fine == x.SND_UNA
      new == x.SND_NXT + 1
      old == x.SND_UNA - 1 - x.MAX_SND_WND
  IN (IF "RST" \in Forges
      THEN {forged(outside, 0, 0, {"RST"}), forged(next - 1, fine, 0, {"RST", "ACK"})}
           \cup (IF x.RCV_WND > 1 THEN {forged(next + 1, 0, 0, {"RST"})} ELSE {}) ELSE {})
     \cup (IF "SYN" \in Forges
      THEN {forged(outside, 0, 0, {"SYN"}), forged(outside, new, 0, {"SYN", "ACK"})}
           \cup (IF x.state \in synchronized THEN {forged(next, 0, 0, {"SYN"})} ELSE {}) ELSE {})
     \cup (IF "text" \in Forges
      THEN {forged(next, new, 1, {"ACK"}), forged(next, old, 1, {"ACK", "FIN"}), forged(next, new, 0, {"ACK", "FIN"}),
            forged(outside, fine, 1, {"ACK"})} ELSE {})
     \cup (IF "ACK" \in Forges
      THEN {forged(next, new, 0, {"ACK"}), forged(next, old, 0, {"ACK"}), forged(outside, x.SND_NXT, 0, {"ACK"})} ELSE {})

Forged(x) ==
  IF x.state \in synchronized THEN ForgedLater(x)
  ELSE IF "early" \notin Forges THEN {}
  ELSE CASE x.state = "SYN-SENT" -> ForgedEarly(x)
         [] x.state = "SYN-RECEIVED" -> ForgedLater(x)
         [] OTHER -> {}

ForgedArrives(i) ==
  /\ Begun /\ harm[i].forge < May[i].forge
  /\ harm' = [harm EXCEPT ![i].forge = @ + 1]
  /\ \E p \in Forged(h[i]) : LET m == Finish(SegmentHappens(Machine(i, clock), p, FALSE)) IN Becomes(i, m) /\ Sends(i, m)
  /\ UNCHANGED late

