package diagram

import (
	"fmt"
	"html"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

const style = `
  text { font-family: Helvetica, Arial, sans-serif; font-size: 15px; fill: #24292f; }
  .box { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.5; }
  .rule { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
  .small { font-size: 13px; fill: #57606a; }
  .arc { fill: none; stroke-width: 1.6; }
  .call { fill: #1f6feb; } .segment { fill: #24292f; } .timeout { fill: #bc4c00; }
  .cut { fill: #cf222e; }
`

var classes = map[kind]string{call: "call", segment: "segment", timeout: "timeout"}

// canvas is an SVG while it is written.
type canvas struct {
	strings.Builder
	d *drawing
}

// svg draws at pinned places, so that the figure stays where a reader knows it.
func (d *drawing) svg(mark string) []byte {
	c := &canvas{d: d}
	total := height + 70 + 20*len(d.cuts)
	fmt.Fprintf(c, "<!-- %s -->\n", mark)
	fmt.Fprintf(c, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", width, total, width, total)
	fmt.Fprintf(c, "<title>%s: states and the rules between them</title>\n<style>%s</style>\n", html.EscapeString(d.p.Title), style)
	c.markers()
	fmt.Fprintf(c, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, total)
	for _, a := range d.arcs {
		c.arc(a)
	}
	for _, s := range d.p.States {
		c.state(s, placeOf(s))
	}
	c.state(d.p.States[0], last)
	c.legend()
	c.cuts()
	c.WriteString("</svg>\n")
	return []byte(c.String())
}

func placeOf(s *parser.State) place {
	if at, ok := places[s.Name]; ok {
		return at
	}
	return place{100 + 170*(s.Index%6), height - 20}
}

func (c *canvas) markers() {
	c.WriteString("<defs>\n")
	for _, k := range []kind{call, segment, timeout} {
		fmt.Fprintf(c, `<marker id="%s" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="%s" d="M0 0 L10 5 L0 10 z"/></marker>`+"\n",
			classes[k], classes[k])
	}
	c.WriteString("</defs>\n")
}

func (c *canvas) state(s *parser.State, at place) {
	fmt.Fprintf(c, `<g><title>%s</title><rect class="box" x="%d" y="%d" width="%d" height="%d" rx="9"/>`,
		html.EscapeString(s.Doc), at.x-boxW/2, at.y-boxH/2, boxW, boxH)
	fmt.Fprintf(c, `<text x="%d" y="%d" text-anchor="middle">%s</text></g>`+"\n", at.x, at.y+5, s.Name)
}

func (c *canvas) arc(a *Arc) {
	r, ok := routes[a.From.Name+" "+a.To.Name]
	if !ok {
		from, to := placeOf(a.From), placeOf(a.To)
		r = route{fmt.Sprintf("M%d %d L%d %d", from.x, from.y, to.x, to.y), place{(from.x + to.x) / 2, (from.y + to.y) / 2}, "middle"}
	}
	k := kindOf(a.Ways[0].Events[0])
	fmt.Fprintf(c, `<path class="arc" stroke="%s" marker-end="url(#%s)" d="%s"/>`+"\n", colours[k], classes[k], r.path)
	for i, w := range a.Ways {
		fmt.Fprintf(c, `<text class="rule %s" x="%d" y="%d" text-anchor="%s"><title>%s</title>%s</text>`+"\n",
			classes[kindOf(w.Events[0])], r.label.x, r.label.y+15*i, r.anchor, html.EscapeString(tooltip(w)), html.EscapeString(w.Rule.Name))
	}
}

// tooltip is the sentence of the rule and the events that run it.
func tooltip(w Way) string {
	var events []string
	for _, e := range w.Events {
		events = append(events, e.Name)
	}
	s := strings.Join(events, ", ")
	if said := w.Rule.Said(); said != "" {
		s += ": " + said
	}
	return s + " (" + w.Rule.Pos.File + ")"
}

func (c *canvas) legend() {
	x, y := 24, 40
	for _, row := range []struct {
		k    kind
		text string
	}{{call, "user call"}, {segment, "segment"}, {timeout, "timeout"}} {
		fmt.Fprintf(c, `<path class="arc" stroke="%s" marker-end="url(#%s)" d="M%d %d h40"/>`, colours[row.k], classes[row.k], x, y)
		fmt.Fprintf(c, `<text class="small" x="%d" y="%d">%s</text>`+"\n", x+50, y+5, row.text)
		y += 22
	}
}

// cuts lists the ways straight to CLOSED, which the figure leaves out.
func (c *canvas) cuts() {
	y := height + 20
	fmt.Fprintf(c, `<text class="small" x="24" y="%d">Cut short, straight to CLOSED:</text>`+"\n", y)
	for _, cut := range c.d.cuts {
		y += 20
		fmt.Fprintf(c, `<text class="rule cut" x="24" y="%d"><title>%s</title>%s</text>`, y, html.EscapeString(tooltip(cut.way)), html.EscapeString(cut.way.Rule.Name))
		fmt.Fprintf(c, `<text class="small" x="200" y="%d">from %s</text>`+"\n", y, strings.Join(stateNames(cut.from), ", "))
	}
}
