package proptest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// numbers are how many properties of each letter the list has.
var numbers = []struct {
	letter string
	most   int
}{{"S", 12}, {"T", 14}, {"L", 13}, {"R", 9}, {"C", 7}, {"D", 4}}

// docs/properties.md has a row for every number, every name in it is that of a property
// or of a test, and every property of the simulator is named.
func TestDocumentedProperties(t *testing.T) {
	b, err := os.ReadFile("../docs/properties.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, p := range model.Properties {
		known[p.Name] = true
	}
	for _, p := range sim.Properties() {
		known[p.String()] = true
	}
	held := map[string]int{} // how many names a number's row has
	named := map[string]bool{}
	row := regexp.MustCompile(`^\| ([A-Z][0-9]+) \| ([^|]+) \| ([^|]*) \|$`)
	name := regexp.MustCompile("`([^`]+)`")
	_, tables, _ := strings.Cut(string(b), "\n## ")
	for _, line := range strings.Split(tables, "\n") {
		names := line
		m := row.FindStringSubmatch(line)
		if m != nil {
			names = m[3]
		} else if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| |") {
			t.Errorf("this is no row: %s", line)
		}
		for _, n := range name.FindAllStringSubmatch(names, -1) {
			named[n[1]] = true
			if !known[n[1]] && !isTest(t, n[1]) {
				t.Errorf("there is neither a property nor a test %q: %s", n[1], line)
			}
			if m != nil {
				held[m[1]]++
			}
		}
	}
	for _, n := range numbers {
		for i := range n.most {
			if id := n.letter + strconv.Itoa(i+1); held[id] == 0 {
				t.Errorf("nothing holds %s", id)
			}
		}
	}
	for _, p := range sim.Properties() {
		if !named[p.String()] {
			t.Errorf("%s is not named", p)
		}
	}
}

// isTest tells whether a name is a folder and a test in it: runtime/engine.TestRTO.
func isTest(t *testing.T, name string) bool {
	folder, test, ok := strings.Cut(name, ".")
	if !ok || !strings.HasPrefix(test, "Test") {
		return false
	}
	files, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "\nfunc "+test+"(t *testing.T)") {
			return true
		}
	}
	return false
}
