package rfc

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// repository is where the citations are read.
const repository = "../.."

// A citation names an RFC, and one of its sections or none.
type citation struct {
	line    int
	rfc     int
	section string
}

var (
	// In the text: @rfc(9293, 3.10.7.4).
	annotation = regexp.MustCompile(`@rfc\( *(\d+) *(?:, *([^ )]+) *)?\)`)

	// In prose: RFC 9293 §3.10.7.4, RFC 5961's §7, or RFC 7323, 2.2 and 3.2; also from one line
	// of a comment to the next. A letter alone is no appendix, it may begin a word.
	number = `(?:\d+|[A-Z]\.\d+)(?:\.\d+)*`
	gap    = `(?: |\n[ \t]*(?:// |# |> )?)`
	prose  = regexp.MustCompile(`RFC` + gap + `(\d{3,5})(?:(?:['’]s` + gap + `(?:§|[Ss]ection )|,?` + gap + `(?:§|[Ss]ection )?)(` + number + `(?:(?:,| and|,? or)` + gap + `§?` + number + `)*))?`)
	digits = regexp.MustCompile(number)

	// A document about RFC 9293 need not name it.
	aboutTCP = regexp.MustCompile(`§(` + number + `)`)
)

// citations are those of a file, in their order.
func citations(name, text string) (all []citation) {
	take := func(at int, rfc, sections string) {
		n, _ := strconv.Atoi(rfc) // digits only, and few
		line := 1 + strings.Count(text[:at], "\n")
		list := digits.FindAllString(sections, -1)
		if len(list) == 0 {
			list = []string{sections} // none, or what no section is called
		}
		for _, s := range list {
			all = append(all, citation{line, n, s})
		}
	}
	for _, m := range annotation.FindAllStringSubmatchIndex(text, -1) {
		take(m[0], text[m[2]:m[3]], group(text, m, 2))
	}
	said := prose.FindAllStringSubmatchIndex(text, -1)
	for _, m := range said {
		take(m[0], text[m[2]:m[3]], group(text, m, 2))
	}
	if strings.HasSuffix(name, ".md") {
		for _, m := range aboutTCP.FindAllStringSubmatchIndex(text, -1) {
			if !slices.ContainsFunc(said, func(of []int) bool { return of[0] < m[0] && m[0] < of[1] }) {
				take(m[0], "9293", text[m[2]:m[3]])
			}
		}
	}
	slices.SortStableFunc(all, func(a, b citation) int { return a.line - b.line })
	return all
}

// group is what a group of a match has matched; "" if nothing.
func group(text string, match []int, n int) string {
	if match[2*n] < 0 {
		return ""
	}
	return text[match[2*n]:match[2*n+1]]
}

var errNotHeld = errors.New("its text is not in internal/rfc/testdata: put it there, as the RFC Editor publishes it")

// check tells what is wrong with a citation.
func (c citation) check() error {
	list, err := sections(c.rfc)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("RFC %d %s is cited, and %w", c.rfc, c.section, errNotHeld)
	}
	if err != nil || c.section == "" || slices.ContainsFunc(list, func(s section) bool { return s.name == c.section }) {
		return err
	}
	return fmt.Errorf("RFC %d has no section %s; nearest to it is %s", c.rfc, c.section, nearest(c.section, list))
}

// nearest is the section that begins most like the name, and of those one about as long.
func nearest(name string, list []section) string {
	alike := func(s section) int {
		n := 0
		for n < min(len(name), len(s.name)) && name[n] == s.name[n] {
			n++
		}
		return n
	}
	return slices.MinFunc(list, func(a, b section) int {
		longer := func(s section) int { return max(len(s.name)-len(name), len(name)-len(s.name)) }
		return cmp.Or(alike(b)-alike(a), longer(a)-longer(b))
	}).name
}

// Whatever RFC the text of TCP cites is held, and has the section that is named; so has
// each held one that code and documents cite.
func TestCitations(t *testing.T) {
	checked, cited := 0, map[int]bool{}
	for _, name := range sources(t) {
		b, err := os.ReadFile(filepath.Join(repository, name))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.HasPrefix(name, "spec/")
		for _, c := range citations(name, string(b)) {
			err := c.check()
			if errors.Is(err, errNotHeld) && !(text && c.section != "") {
				continue // of others, the text names but the number
			}
			if checked++; err != nil {
				t.Errorf("%s:%d: %v", name, c.line, err)
			}
			if text {
				cited[c.rfc] = true
			}
		}
	}
	if checked < 700 {
		t.Errorf("only %d citations were looked at: is this test blind?", checked)
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		n := 0
		if _, err := fmt.Sscanf(f.Name(), "rfc%d.txt", &n); err != nil || !cited[n] {
			t.Errorf("the text of TCP cites nothing of testdata/%s: remove it", f.Name())
		}
	}
}

// sources are the files that people write, of the text, the code and the documents.
// What is generated cites what the text does.
func sources(t *testing.T) (names []string) {
	err := filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(repository, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() && (name == "generated" || d.Name() == "testdata" || d.Name() == ".git" || name == "internal/rfc") {
			return fs.SkipDir
		}
		if slices.Contains([]string{".spec", ".go", ".md", ".tsv"}, filepath.Ext(name)) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil || len(names) < 200 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	return names
}

// What does not exist is found, wherever and however it is cited.
func TestFalseCitations(t *testing.T) {
	for text, want := range map[string]string{
		"rule x @rfc(9293, 3.10.7.4)":                   "",
		"rule x\n  @rfc(9293, 3.10.7.44)":               "2: RFC 9293 has no section 3.10.7.44; nearest to it is 3.10.7.4",
		"@rfc(6298, 5.3) @rfc(6298, 5.8)":               "1: RFC 6298 has no section 5.8; nearest to it is 5.1",
		"@rfc(9293, A.2) @rfc(9293, C.2)":               "1: RFC 9293 has no section C.2; nearest to it is 2.1",
		"@rfc(9293, A.2.fourth)":                        "", // a section is numbers; the rest is the parser's
		"@rfc(5961, fifth)":                             "1: RFC 5961 has no section fifth; nearest to it is 1.1",
		"@rfc(9999, 1)":                                 "1: RFC 9999 1 is cited, and its text is not in internal/rfc/testdata: put it there, as the RFC Editor publishes it",
		"@rfc(1337)":                                    "",
		"see RFC 7323, 2.2 and 3.9.":                    "1: RFC 7323 has no section 3.9; nearest to it is 3.1",
		"\n// as RFC\n// 5681 §3.8 says":                "2: RFC 5681 has no section 3.8; nearest to it is 3.1",
		"A document cites §3.10.9 of it":                "1: RFC 9293 has no section 3.10.9; nearest to it is 3.10.1",
		"RFC 5961 §5.2, §3.8.6.1, and RFC 5961's §7":    "1: RFC 5961 has no section 3.8.6.1; nearest to it is 3.1",
		"RFC 5961's §5.2 and RFC 5961's §3.8.6":         "1: RFC 5961 has no section 3.8.6; nearest to it is 3.1",
		"RFC 5961's §7, §3.8.6; RFC 9293's 99 pages":    "1: RFC 5961 has no section 3.8.6; nearest to it is 3.1",
		"RFC 9293 3.10.7.4, A.2 and RFC 9293 MUST-36":   "",
		"RFC 9293 3.8.6.1, 3.8.6.9 MUST-36":             "1: RFC 9293 has no section 3.8.6.9; nearest to it is 3.8.6.1",
		"RFC 9293 Figure 7; RFC 793, which is obsolete": "",
	} {
		got := ""
		for _, c := range citations("a.md", text) {
			if err := c.check(); err != nil && (!errors.Is(err, errNotHeld) || c.section != "") && got == "" {
				got = fmt.Sprintf("%d: %v", c.line, err)
			}
		}
		if got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

// Whatever looks like a heading of an RFC is one: the section above it stands before it,
// and so does the one of the number before.
func TestSectionsAreInOrder(t *testing.T) {
	files, err := filepath.Glob("testdata/rfc*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		n := 0
		if _, err := fmt.Sscanf(filepath.Base(f), "rfc%d.txt", &n); err != nil {
			t.Fatal(err)
		}
		list, err := sections(n)
		if err != nil || len(list) == 0 {
			t.Fatal(n, list, err)
		}
		had := map[string]bool{"": true, "0": true, "@": true}
		for _, s := range list {
			above, last := "", s.name
			if i := strings.LastIndexByte(s.name, '.'); i >= 0 {
				above, last = s.name[:i], s.name[i+1:]
			}
			before := string(last[0] - 1) // Appendix B
			if x, err := strconv.Atoi(last); err == nil {
				before = strconv.Itoa(x - 1)
			}
			if above != "" {
				had[above+".0"] = true
				before = above + "." + before
			}
			if !had[above] || !had[before] || had[s.name] {
				t.Errorf("RFC %d: %s is no section, or was not found in its place", n, s.name)
			}
			had[s.name] = true
		}
	}
}
