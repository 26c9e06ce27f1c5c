package golang

import "github.com/dave/jennifer/jen"

// arithmeticFile writes the types of sequence numbers and timestamps, and those
// functions that the rules need where Go's operators mean something else.
func (w *writer) arithmeticFile() []jen.Code {
	code := modular("Seq", "Seq is a sequence number, modulo 2^32 (RFC 9293 3.4).")
	code = append(code,
		jen.Comment("Add is the sequence number n octets after a."),
		jen.Func().Params(jen.Id("a").Id("Seq")).Id("Add").Params(jen.Id("n").Uint32()).Id("Seq").Block(jen.Return(jen.Id("a").Op("+").Id("Seq").Call(jen.Id("n")))), jen.Line(),
		jen.Comment("Back is the sequence number n octets before a."),
		jen.Func().Params(jen.Id("a").Id("Seq")).Id("Back").Params(jen.Id("n").Uint32()).Id("Seq").Block(jen.Return(jen.Id("a").Op("-").Id("Seq").Call(jen.Id("n")))), jen.Line(),
		jen.Comment("Sub is how many octets a is after b, modulo 2^32."),
		jen.Func().Params(jen.Id("a").Id("Seq")).Id("Sub").Params(jen.Id("b").Id("Seq")).Uint32().Block(jen.Return(jen.Uint32().Call(jen.Id("a").Op("-").Id("b")))), jen.Line())
	code = append(code, modular("Stamp", "Stamp is a timestamp, modulo 2^32 (RFC 7323 4.2).")...)
	for _, f := range functions {
		if w.needed[f.name] {
			code = append(code, f.code...)
		}
	}
	return code
}

func modular(name, doc string) []jen.Code {
	compare := func(method, op, doc string) []jen.Code {
		return []jen.Code{
			jen.Comment(doc),
			jen.Func().Params(jen.Id("a").Id(name)).Id(method).Params(jen.Id("b").Id(name)).Bool().
				Block(jen.Return(jen.Int32().Call(jen.Id("b").Op("-").Id("a")).Op(op).Lit(0))), jen.Line(),
		}
	}
	code := []jen.Code{jen.Comment(doc), jen.Type().Id(name).Uint32(), jen.Line()}
	code = append(code, compare("Less", ">", "Less is a < b: b is one of the 2^31-1 numbers behind a.")...)
	return append(code, compare("LessEq", ">=", "LessEq is a =< b: a < b or a = b.")...)
}

var functions = []struct {
	name string
	code []jen.Code
}{
	{"sub", []jen.Code{
		jen.Comment("sub is a - b, and 0 where b is greater: counts do not wrap around."),
		jen.Func().Id("sub").Params(jen.List(jen.Id("a"), jen.Id("b")).Uint32()).Uint32().Block(
			jen.If(jen.Id("a").Op("<").Id("b")).Block(jen.Return(jen.Lit(0))),
			jen.Return(jen.Id("a").Op("-").Id("b"))), jen.Line(),
	}},
	{"small", []jen.Code{
		jen.Comment("small keeps a small count at 255."),
		jen.Func().Id("small").Params(jen.Id("n").Uint32()).Uint8().Block(
			jen.Return(jen.Uint8().Call(jen.Min(jen.Id("n"), jen.Lit(255))))), jen.Line(),
	}},
	{"one", []jen.Code{
		jen.Comment("one counts a control bit: it occupies one sequence number if it is there."),
		jen.Func().Id("one").Params(jen.Id("there").Bool()).Uint32().Block(
			jen.If(jen.Id("there")).Block(jen.Return(jen.Lit(1))),
			jen.Return(jen.Lit(0))), jen.Line(),
	}},
	{"pick", []jen.Code{
		jen.Comment("pick is a if c holds, else b."),
		jen.Func().Id("pick").Types(jen.Id("T").Any()).Params(jen.Id("c").Bool(), jen.List(jen.Id("a"), jen.Id("b")).Id("T")).Id("T").Block(
			jen.If(jen.Id("c")).Block(jen.Return(jen.Id("a"))),
			jen.Return(jen.Id("b"))), jen.Line(),
	}},
}
