package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads what Case.String has written. An error says which word it does not
// understand, and what would be right in its place.
func Parse(s string) (c Case, err error) {
	for _, word := range strings.Fields(s) {
		if err := c.word(word); err != nil {
			return Case{}, fmt.Errorf("sim: %q: %w", word, err)
		}
	}
	return c, nil
}

func (c *Case) word(word string) error {
	switch name, value, _ := strings.Cut(word, "="); name {
	case "seed":
		return number(value, &c.Seed)
	case "delay":
		return c.readDelay(value)
	case "batch":
		c.Batch = true
		return nil
	case "block":
		c.Block = true
		return nil
	case "cut":
		return c.readCut(value)
	case "A":
		return c.Hosts[A].read(value)
	case "B":
		return c.Hosts[B].read(value)
	}
	if at := strings.IndexAny(word, "+#@"); at > 0 {
		switch {
		case word[0] == '>' && word[at] == '@':
			return c.readInsertion(word[1:at], word[at+1:])
		case word[at] == '+':
			return c.readCall(word[:at], word[at+1:])
		case word[at] == '#':
			return c.readFault(word[:at], word[at+1:])
		}
	}
	return fmt.Errorf("no word of a case; such are seed=1, delay=10,10, A=mtu:576, A+0:open, A#0:lose, >A@0:SA")
}

func (c *Case) readDelay(value string) error {
	to, back, both := strings.Cut(value, ",")
	if !both {
		return fmt.Errorf("two delays in milliseconds are wanted, such as 10,20")
	}
	if err := number(to, &c.Delay[A]); err != nil {
		return err
	}
	return number(back, &c.Delay[B])
}

func (c *Case) readCut(value string) error {
	step, ending, _ := strings.Cut(value, ":")
	if err := number(step, &c.Cut); err != nil {
		return err
	}
	return named(ending, endingNames[:], &c.Ending)
}

func (h *Host) read(value string) error {
	return items(value, map[string]func(string) error{
		"iss": into(&h.ISS), "shift": into(&h.Shift), "age": into(&h.Age),
		"mtu": into(&h.MTU), "snd": into(&h.Send), "rcv": into(&h.Receive), "pieces": into(&h.Pieces),
	}, h.flags())
}

func (c *Case) readCall(host, rest string) error {
	var x Call
	part := strings.Split(rest, ":")
	if len(part) < 2 || len(part) > 3 {
		return fmt.Errorf("a call is HOST+MILLISECONDS:KIND or HOST+MILLISECONDS:KIND:N")
	}
	if len(part) == 3 {
		if err := number(part[2], &x.N); err != nil {
			return err
		}
	}
	err := first(side(host, &x.Host), number(part[0], &x.After), named(part[1], callNames[:], &x.Kind))
	c.Calls = append(c.Calls, x)
	return err
}

func (c *Case) readFault(from, rest string) error {
	var x Fault
	part := strings.Split(rest, ":")
	if len(part) < 2 || len(part) > 3 {
		return fmt.Errorf("a fault is HOST#PACKET:KIND or HOST#PACKET:KIND:BY")
	}
	if len(part) == 3 {
		if err := number(part[2], &x.By); err != nil {
			return err
		}
	}
	err := first(side(from, &x.From), number(part[0], &x.Packet), named(part[1], faultNames[:], &x.Kind))
	c.Faults = append(c.Faults, x)
	return err
}

func (c *Case) readInsertion(to, rest string) error {
	var x Insertion
	at, segment, _ := strings.Cut(rest, ":")
	bits, segment, _ := strings.Cut(segment, ",")
	for _, bit := range bits {
		i := strings.IndexRune(controlBits, bit)
		if i < 0 {
			return fmt.Errorf("%q is no control bit; they are %s", bit, controlBits)
		}
		x.CTL |= 1 << i
	}
	s := &x.Segment
	err := first(side(to, &x.To), number(at, &x.At), items(segment, map[string]func(string) error{
		"seq": into(&s.SEQ), "ack": into(&s.ACK), "len": into(&s.LEN), "wnd": into(&s.WND), "up": into(&s.UP),
		"mss": into(&x.MSS), "ws": into(&x.Scale), "ts": into(&x.Stamp), "icmp": into(&x.ICMP),
	}, []hostFlag{{"alien", &x.Alien}}))
	c.Insert = append(c.Insert, x)
	return err
}

// items reads name:number and flag words between commas.
func items(s string, numbers map[string]func(string) error, flags []hostFlag) error {
next:
	for _, item := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) {
		name, value, _ := strings.Cut(item, ":")
		if read := numbers[name]; read != nil {
			if err := read(value); err != nil {
				return err
			}
			continue
		}
		for _, f := range flags {
			if f.name == item {
				*f.on = true
				continue next
			}
		}
		return fmt.Errorf("%q is unknown here", item)
	}
	return nil
}

type integer interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int32
}

func into[T integer](field *T) func(string) error {
	return func(s string) error { return number(s, field) }
}

// number reads a decimal number that the field can hold.
func number[T integer](s string, field *T) error {
	if u, err := strconv.ParseUint(s, 10, 64); err == nil && T(u) >= 0 && uint64(T(u)) == u {
		*field = T(u)
		return nil
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil && T(i) < 0 && int64(T(i)) == i {
		*field = T(i)
		return nil
	}
	return fmt.Errorf("%q is no number that fits here", s)
}

func side(s string, field *Side) error { return named(s, []string{"A", "B"}, field) }

func named[T integer](s string, names []string, field *T) error {
	for i, name := range names {
		if name == s {
			*field = T(i)
			return nil
		}
	}
	return fmt.Errorf("%q is none of %s", s, strings.Join(names, ", "))
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
