package parser

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Document is an RFC and the labels of its requirements. A text about it, one whose
// spec declaration cites it, carries no other labels of these kinds: MUST-70 is a
// mistake where the document ends with MUST-69, SA-RST-3 is the text's own.
type Document struct {
	RFC    int
	Labels []string // MUST-1, SHLD-31
}

// carried is a label where the text carries it.
type carried struct {
	label string
	pos   Pos
}

// checkLabels refuses labels that a document which the text is about does not have.
func (r *resolver) checkLabels(documents []Document) {
	for _, d := range documents {
		if !slices.ContainsFunc(r.spec.Cites, func(c Cite) bool { return c.RFC == d.RFC }) {
			continue
		}
		for _, f := range r.files {
			for _, c := range f.labels {
				if near := d.nearest(c.label); near != c.label {
					diag := r.errorf("unknown-label", c.pos, "RFC %d has no requirement %s", d.RFC, c.label)
					r.help(diag, "did you mean %s?", near)
				}
			}
		}
	}
}

// nearest is the label itself if the document has it, or none of its kind; else the one
// of its kind that differs least in its letters, and of equals in its number.
func (d Document) nearest(label string) string {
	if slices.Contains(d.Labels, label) {
		return label
	}
	kind, number := cutLabel(label)
	best, least := label, [2]int{math.MaxInt}
	for _, known := range d.Labels {
		k, n := cutLabel(known)
		away := [2]int{distance(label, known, len(label)), max(n-number, number-n)}
		if k == kind && slices.Compare(away[:], least[:]) < 0 {
			best, least = known, away
		}
	}
	return best
}

// cutLabel cuts a label before its last part; what is no number counts as 0.
func cutLabel(label string) (kind string, number int) {
	i := strings.LastIndexByte(label, '-')
	number, _ = strconv.Atoi(label[i+1:])
	return label[:i], number
}
