package parser

import (
	"io/fs"
	"sort"
	"strings"

	"github.com/alecthomas/participle/v2"
)

// Load reads every *.spec file of a folder, in name order, as one specification.
// The tree is nil if a finding is an error; file names in it are as fs.Glob gives them.
// Its labels are looked up in documents.
func Load(fsys fs.FS, documents ...Document) (*Spec, Diagnostics) {
	names, err := fs.Glob(fsys, "*.spec")
	if err == nil && len(names) == 0 {
		err = fs.ErrNotExist
	}
	files := map[string][]byte{}
	for _, name := range names {
		text, readErr := fs.ReadFile(fsys, name)
		if readErr != nil {
			err = readErr
		}
		files[name] = text
	}
	if err != nil {
		return nil, Diagnostics{{Code: "unreadable", Pos: Pos{File: "*.spec"}, Length: 1,
			Message: "the specification cannot be read: " + err.Error(), Help: "name a folder that has .spec files"}}
	}
	return LoadFiles(files, documents...)
}

// LoadFiles reads a specification from texts by file name.
func LoadFiles(files map[string][]byte, documents ...Document) (*Spec, Diagnostics) {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	rep := &reporter{sources: map[string]*source{}}
	var parsed []*file
	for _, name := range names {
		parsed = append(parsed, parseFile(rep, name, files[name]))
	}
	r := newResolver(rep, parsed)
	r.resolve()
	r.checkLabels(documents)
	if !rep.failed() {
		r.check()
	}
	found := rep.sorted()
	if found.HasErrors() {
		return nil, found
	}
	return r.spec, found
}

// file is one file, split and parsed as far as its declarations' heads.
type file struct {
	src    *source
	doc    string
	decls  []*decl
	labels []carried
	*reporter
}

// decl is a top-level declaration: its statement, and the node made of it, nil
// if it could not be parsed.
type decl struct {
	file *file
	stmt *statement
	node any
}

func parseFile(rep *reporter, name string, text []byte) *file {
	f, statements := splitFile(rep, name, text)
	for _, s := range statements {
		if len(s.tokens) > 0 {
			f.decls = append(f.decls, &decl{file: f, stmt: s, node: f.declaration(s)})
		}
	}
	return f
}

// splitFile divides a file into its declarations.
func splitFile(rep *reporter, name string, text []byte) (*file, []*statement) {
	f := &file{src: newSource(name, text), reporter: rep}
	if len(text) > maxFileSize {
		f.src = newSource(name, nil)
		rep.sources[name] = f.src
		d := rep.errorf("too-large", Pos{File: name, Line: 1, Col: 1}, "the file has %d octets, more than %d", len(text), maxFileSize)
		rep.help(d, "divide it: a specification is a folder, one file a topic")
		return f, nil
	}
	rep.sources[name] = f.src
	f.doc = headComment(f.src.text)
	split := &splitter{reporter: rep, src: f.src, tokens: f.src.tokens()}
	return f, split.file()
}

// headComment is the comment at the very beginning of a file.
func headComment(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "#") {
			break
		}
		lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "#")))
	}
	return strings.Join(lines, "\n")
}

// declaration parses the head of a top-level statement; nil after an error.
func (f *file) declaration(s *statement) any {
	switch word := s.tokens[0].Value; word {
	case "spec":
		return parse(f, specs, s)
	case "set":
		return parse(f, sets, s)
	case "guard", "value", "invariant":
		return parse(f, wordDecl, s)
	case "action":
		return parse(f, actions, s)
	case "on":
		return parse(f, ons, s)
	case "property":
		return parse(f, properties, s)
	case "term":
		return parse(f, terms, s)
	case "scenario":
		return parse(f, scenarios, s)
	case "world":
		return parse(f, worlds, s)
	default:
		if tables[word] {
			return parse(f, tableFor, s)
		}
		f.noDeclaration(s)
		return nil
	}
}

// parse applies a production and reports what it refuses; nil after an error.
func parse[P any](f *file, p *participle.Parser[P], s *statement) any {
	return parseRow(f, p, s, s.kind())
}

// parseRow does the same for a row of a table, which does not tell by itself what it is.
func parseRow[P any](f *file, p *participle.Parser[P], s *statement, kind string) any {
	node, err := read(p, s, f.end(s))
	if err != nil {
		f.refuse(s, kind, err)
		return nil
	}
	return node
}
