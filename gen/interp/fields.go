package interp

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// field is the place of a variable in a struct of package tcp.
type field []int

// fieldsOf finds the fields of variables below prefix in the type of example.
func fieldsOf(example any, vars []*parser.Var, prefix []string, err *error) []field {
	var list []field
	for _, v := range vars {
		at, where := reflect.TypeOf(example), field(nil)
		for _, name := range append(append([]string{}, prefix...), ir.Path(v.Name)...) {
			f, ok := at.FieldByName(name)
			if !ok {
				*err = fmt.Errorf("%s has no field %s for %s", at, name, v.Name)
				return nil
			}
			at, where = f.Type, append(where, f.Index...)
		}
		list = append(list, where)
	}
	return list
}

// trimmed drops the SEG. that a segment's own fields do not carry.
func trimmed(vars []*parser.Var) []*parser.Var {
	var list []*parser.Var
	for _, v := range vars {
		short := *v
		_, short.Name, _ = strings.Cut(v.Name, ".")
		list = append(list, &short)
	}
	return list
}

// load copies fields of the struct that p points to into values.
func load(p any, fields []field, values []uint32) {
	s := reflect.ValueOf(p).Elem()
	for i, f := range fields {
		v := s.FieldByIndex(f)
		if v.Kind() == reflect.Bool {
			values[i] = truth(v.Bool())
		} else {
			values[i] = uint32(v.Uint())
		}
	}
}

// store copies values into fields of the struct that p points to.
func store(p any, fields []field, values []uint32) {
	s := reflect.ValueOf(p).Elem()
	for i, f := range fields {
		v := s.FieldByIndex(f)
		if v.Kind() == reflect.Bool {
			v.SetBool(values[i] != 0)
		} else {
			v.SetUint(uint64(values[i]))
		}
	}
}
