package interp

import (
	"fmt"
	"reflect"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// place is where a variable is: one of the pointers is set.
type place struct {
	seq    *tcp.Seq
	stamp  *tcp.Stamp
	number *uint32
	small  *uint8
	flag   *bool
}

// fieldOf finds a field of the struct that in points to.
func fieldOf(in any, path []string) (place, error) {
	at := reflect.ValueOf(in).Elem()
	for _, name := range path {
		f := at.FieldByName(name)
		if !f.IsValid() {
			return place{}, fmt.Errorf("%s has no field %s", at.Type(), name)
		}
		at = f
	}
	switch p := at.Addr().Interface().(type) {
	case *tcp.Seq:
		return place{seq: p}, nil
	case *tcp.Stamp:
		return place{stamp: p}, nil
	case *uint32:
		return place{number: p}, nil
	case *uint8:
		return place{small: p}, nil
	case *bool:
		return place{flag: p}, nil
	}
	return place{}, fmt.Errorf("%v is a %s: what is that in the text?", path, at.Type())
}

// get reads the variable; every value is 32 bits, a flag is 0 or 1.
func (p place) get() func() uint32 {
	switch {
	case p.seq != nil:
		return func() uint32 { return uint32(*p.seq) }
	case p.stamp != nil:
		return func() uint32 { return uint32(*p.stamp) }
	case p.small != nil:
		return func() uint32 { return uint32(*p.small) }
	case p.flag != nil:
		return func() uint32 { return truth(*p.flag) }
	}
	return func() uint32 { return *p.number }
}

// set writes the variable; small counts stay at 255.
func (p place) set(x uint32) {
	switch {
	case p.seq != nil:
		*p.seq = tcp.Seq(x)
	case p.stamp != nil:
		*p.stamp = tcp.Stamp(x)
	case p.small != nil:
		*p.small = uint8(min(x, 255))
	case p.flag != nil:
		*p.flag = x != 0
	default:
		*p.number = x
	}
}
