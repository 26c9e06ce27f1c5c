// Package requirements accounts for every requirement of RFC 9293: its 119
// labels (Appendix B) and 16 sentences that demand something without a label.
//
// Three sources are joined by the label. rfc9293.tsv says what is demanded; the
// text under spec/ says which rules and words fulfil it; fulfilled.tsv, kept by
// hand, says which code does, and which test shows it.
package requirements

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Status of a requirement.
type Status string

const (
	Done    Status = "done"    // fulfilled, and a test shows it
	Refused Status = "refused" // deliberately not fulfilled; the note says why
	Open    Status = "open"    // not, or not wholly, fulfilled yet; the note says what is missing
)

// A Requirement is one row of the table.
type Requirement struct {
	ID      string   `json:"id"`      // MUST-11, U-04
	Level   string   `json:"level"`   // MUST, SHOULD NOT, text …
	Section string   `json:"section"` // of RFC 9293
	Meaning string   `json:"meaning"`
	Status  Status   `json:"status"`
	Text    []string `json:"text,omitempty"`  // names in spec/ that carry the label, in the order of the text
	Code    []string `json:"code,omitempty"`  // file:symbol
	Tests   []string `json:"tests,omitempty"` // folder.TestName or folder.TestName/sub-test
	Note    string   `json:"note,omitempty"`
}

//go:embed rfc9293.tsv
var demanded string

//go:embed fulfilled.tsv
var fulfilled string

// RFC9293 is the document whose labels a text of TCP carries.
func RFC9293() parser.Document {
	d := parser.Document{RFC: 9293}
	for _, c := range rows(demanded) {
		d.Labels = append(d.Labels, c[0])
	}
	return d
}

// Table joins the three sources. Its errors name the line to mend.
func Table(text *parser.Spec) ([]*Requirement, error) {
	return join(demanded, fulfilled, labelled(text))
}

func join(demanded, fulfilled string, text map[string][]string) ([]*Requirement, error) {
	var table []*Requirement
	var errs []error
	byID := map[string]*Requirement{}
	for line, c := range rows(demanded) {
		if len(c) != 4 || byID[c[0]] != nil {
			errs = append(errs, fmt.Errorf("rfc9293.tsv:%d: want one line of id, level, section, meaning for each id", line))
			continue
		}
		r := &Requirement{ID: c[0], Level: c[1], Section: c[2], Meaning: c[3], Text: text[c[0]]}
		byID[r.ID] = r
		table = append(table, r)
	}
	for line, c := range rows(fulfilled) {
		if err := fulfil(byID, c); err != nil {
			errs = append(errs, fmt.Errorf("fulfilled.tsv:%d: %w", line, err))
		}
	}
	for _, r := range table {
		if r.Status == "" {
			errs = append(errs, fmt.Errorf("fulfilled.tsv: no line for %s; say whether it is done, refused or open", r.ID))
		}
	}
	for label, names := range text {
		if byID[label] == nil {
			errs = append(errs, fmt.Errorf("spec/tcp: %s carries %s, which RFC 9293 does not have; correct the label", names[0], label))
		}
	}
	return table, errors.Join(errs...)
}

func fulfil(byID map[string]*Requirement, c []string) error {
	if len(c) != 5 {
		return fmt.Errorf("%d columns, not 5: id, status, places, tests, note", len(c))
	}
	r := byID[c[0]]
	switch {
	case r == nil:
		return fmt.Errorf("RFC 9293 has no %s", c[0])
	case r.Status != "":
		return fmt.Errorf("%s stands here twice", c[0])
	}
	r.Status, r.Code, r.Tests, r.Note = Status(c[1]), list(c[2]), list(c[3]), c[4]
	if r.Note == "-" {
		r.Note = ""
	}
	switch r.Status {
	case Done:
		if len(r.Text)+len(r.Code) == 0 {
			return fmt.Errorf("%s is claimed to be done, but no rule carries it and no code is named", r.ID)
		}
		if len(r.Tests) == 0 {
			return fmt.Errorf("%s is claimed to be done without a test that shows it", r.ID)
		}
	case Refused, Open:
		if r.Note == "" {
			return fmt.Errorf("%s is %s without a word why", r.ID, r.Status)
		}
	default:
		return fmt.Errorf("%s is %q; write done, refused or open", r.ID, c[1])
	}
	return nil
}

// rows yields the lines below the header, numbered as an editor does, cut at the tabs.
func rows(tsv string) func(yield func(int, []string) bool) {
	return func(yield func(int, []string) bool) {
		lines := strings.Split(strings.TrimSpace(tsv), "\n")
		for i, line := range lines[1:] {
			if !yield(i+2, strings.Split(line, "\t")) {
				return
			}
		}
	}
}

func list(cell string) []string {
	if cell == "-" {
		return nil
	}
	return strings.Fields(cell)
}

// levels are the prefixes of RFC 9293's labels; the others (SA-RST-3) name rules of §3.10.
var levels = []string{"MUST", "SHLD", "MAY", "REC", "U"}

func prefix(label string) string {
	level, _, _ := strings.Cut(label, "-")
	return level
}

// labelled collects what in the text carries which requirement.
func labelled(text *parser.Spec) map[string][]string {
	places := map[string][]string{}
	for _, d := range text.Named() {
		for _, label := range d.Labels {
			if place := d.Kind + " " + d.Name; slices.Contains(levels, prefix(label)) && !slices.Contains(places[label], place) {
				places[label] = append(places[label], place)
			}
		}
	}
	return places
}
