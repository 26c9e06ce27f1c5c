package parser

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// This file declares worlds and resolves what they say. A world that is like another
// begins as a copy of it, and every phrase replaces the one of its kind.

// stage is a world while it is resolved.
type stage struct {
	*resolver
	file  *file
	world *World
	like  *nameNode
	lines []any // nodes
	open  bool  // being resolved
	done  bool
	said  map[string]Pos // phrases of this world itself
}

func (r *resolver) declareWorld(d *decl, n *worldNode) {
	s := &stage{resolver: r, file: d.file, said: map[string]Pos{}}
	var notes []*noteNode
	for _, p := range n.Parts {
		switch {
		case p.Note != nil:
			notes = append(notes, p.Note)
		case s.like != nil:
			diag := r.errorf("world", d.file.place(p.Like.Pos), "%s is like two others", n.Name.Text)
			r.help(diag, "a world is like one other; that one may be like a third")
		default:
			s.like = p.Like
		}
	}
	s.world = &World{Decl: d.file.decl(n.Name, notes), at: map[string]Pos{}}
	for i := range s.world.Hosts {
		s.world.Hosts[i] = Host{}
	}
	if s.world.Doc == "" {
		diag := r.errorf("world", s.world.Pos, "the world %s does not say what it is", s.world.Name)
		r.help(diag, "%s", shapeOf("world"))
	}
	r.declare(r.worlds, &s.world.Decl, s.world)
	r.spec.Worlds = append(r.spec.Worlds, s.world)
	r.stages = append(r.stages, s)
	for _, line := range d.stmt.blocks[n.Block].statements {
		if len(line.tokens) > 0 {
			s.lines = append(s.lines, d.file.worldLine(line))
		}
	}
}

// settleWorlds resolves the worlds, each behind the one that it is like.
func (r *resolver) settleWorlds() {
	for _, s := range r.stages {
		s.settle()
	}
}

func (s *stage) settle() {
	if s.done || s.open {
		return
	}
	s.open = true
	if base := s.base(); base != nil {
		w := *base
		w.Decl, w.Like, w.Shows, w.States, w.at = s.world.Decl, base, nil, 0, maps.Clone(base.at)
		for i := range w.Hosts {
			w.Hosts[i] = maps.Clone(base.Hosts[i])
		}
		*s.world = w
	}
	for _, line := range s.lines {
		s.line(line)
	}
	s.world.base = len(s.world.Users[0].Script)+len(s.world.Users[1].Script) == 0
	s.open, s.done = false, true
}

// base is the world that this one is like, resolved; nil if there is none.
func (s *stage) base() *World {
	if s.like == nil {
		return nil
	}
	at := s.file.place(s.like.Pos)
	thing, _ := s.find(s.worlds, s.like.Text, at)
	base, ok := thing.(*World)
	if !ok {
		return nil
	}
	s.reads[base] = true
	for _, other := range s.stages {
		if other.world != base {
			continue
		}
		if other.open {
			d := s.errorf("recursion", at, "%s is like itself", s.world.Name)
			s.also(d, base.Pos, "by way of this one")
			return nil
		}
		other.settle()
	}
	return base
}

// says notes that the world says something, and refuses it the second time.
func (s *stage) says(what string, at Pos) {
	if first, ok := s.said[what]; ok {
		d := s.errorf("duplicate", at, "the world %s says twice %s", s.world.Name, what)
		s.also(d, first, "first said here")
	}
	s.said[what], s.world.at[what] = at, at
}

func (s *stage) line(n any) {
	switch n := n.(type) {
	case *userNode:
		s.user(n)
	case *hostNode:
		for i := range n.Items {
			s.hostItem(n, n.Items[i])
		}
	case *networkNode:
		var harms []*harmNode
		for _, item := range n.Items {
			if item.Old != nil {
				s.old(item.Old)
			} else {
				harms = append(harms, item.Harm)
			}
		}
		s.harms(harms, "the network", wordSet(`carries loses duplicates delays reports`))
	case *timersNode:
		s.harms(n.Items, "the timers", wordSet(`expireearly giveup`))
	case *attackerNode:
		s.attacker(n)
	case *plainLineNode:
		s.plain(n)
	}
}

// sides are the hosts that a line is about.
func (s *stage) sides(n whoseNode) []int {
	switch n.Name {
	case "":
		return []int{0, 1}
	case "A":
		return []int{0}
	case "B":
		return []int{1}
	}
	d := s.errorf("unknown-name", s.file.place(n.Pos), "there is no host %s", n.Name)
	s.help(d, "the hosts are A and B: user A …, host B …; users … and hosts … are about both")
	return nil
}

// sideNames are the hosts as texts have them.
var sideNames = [2]string{"A", "B"}

func (s *stage) user(n *userNode) {
	at, sides := s.file.place(n.Pos), s.sides(n.Whose)
	if sides == nil {
		return
	}
	var script []Act
	for _, a := range n.Script {
		script = append(script, s.act(a))
	}
	for _, i := range sides {
		u := &s.world.Users[i]
		if len(n.Script) == 0 {
			s.says("whether user "+sideNames[i]+" reads", at)
			u.Reads = !n.Nothing
			continue
		}
		s.says("what user "+sideNames[i]+" does", at)
		u.Script = script
	}
}

// acts are the lines of scripts by their words.
var acts = func() map[string]ActKind {
	kinds := map[string]ActKind{}
	for i, words := range actWords {
		kinds[words] = ActKind(i)
	}
	return kinds
}()

// act resolves a line of a script.
func (s *stage) act(n *actNode) Act {
	a := Act{Quiet: n.Quiet, Pos: s.file.place(n.Pos)}
	words, verb := "stop listening", ""
	switch {
	case n.Await != nil:
		verb, words = "await", "await "+n.Await.Text
	case n.Call != nil:
		verb, words = n.Call.Text, n.Call.Text
		if n.How != nil {
			words += " " + n.How.Text
		}
	}
	kind, ok := acts[words]
	if !ok {
		s.noAct(words, verb, a.Pos)
		return a
	}
	a.Kind = kind
	sends := kind == ActSend || kind == ActSendUrgent
	if sends == (n.N == "") {
		d := s.errorf("world", a.Pos, "SEND has a number of octets, and nothing else has")
		s.help(d, "%s", shapeOf("a user"))
	}
	if sends && n.N != "" {
		a.N = s.count(n.N, a.Pos, 1, MaxText, "SEND takes")
	}
	return a
}

// noAct reports something that users cannot do.
func (s *stage) noAct(words, verb string, at Pos) {
	d := s.errorf("unknown-name", at, "no script says %s", words)
	var ways []string
	for _, w := range actWords {
		if first, _, _ := strings.Cut(w, " "); first == verb {
			ways = append(ways, w)
		}
	}
	if len(ways) == 0 {
		all := map[string]bool{}
		for w := range acts {
			all[w] = true
		}
		if near := nearest(words, all); near != "" {
			ways = []string{near}
		} else {
			ways = actWords[:]
		}
	}
	s.help(d, "it is written %s", strings.Join(ways, ", "))
}

// count reads a number between two bounds.
func (s *stage) count(text string, at Pos, least, most int, what string) int {
	n, err := strconv.ParseUint(text, 10, 32)
	if err == nil && uint64(least) <= n && n <= uint64(most) {
		return int(n)
	}
	d := s.errorf("limit", at, "%s %d to %d, and not %s", what, least, most, text)
	s.help(d, "who explores a world counts no further: a small world shows what a large one would, and can be explored to its end")
	return least
}

func (s *stage) hostItem(n *hostNode, item *hostItemNode) {
	at, w := s.file.place(item.Pos), s.world
	sides := s.sides(n.Whose)
	if item.Name == nil && n.Whose.Name != "" {
		d := s.errorf("world", at, "both hosts are alike in this")
		s.help(d, "%s", shapeOf("a host"))
		return
	}
	switch {
	case item.Listen != "":
		s.says("how hosts listen", at)
		w.Once = item.Listen == "once"
	case item.Queue != "":
		s.says("the send queue", at)
		w.Queue = s.count(item.Queue, at, 1, MaxQueue, "a send queue takes")
	default:
		v := s.setting(item)
		if v == nil {
			return
		}
		value := s.settingValue(v, item, at)
		for _, i := range sides {
			s.says(item.Name.Text+" of "+sideNames[i], at)
			w.Hosts[i][v] = value
		}
	}
}

// setting is the setting, or the chosen variable, of a name; nil if there is none.
func (s *stage) setting(item *hostItemNode) *Var {
	at := s.file.place(item.Name.Pos)
	choices := &space{what: "setting", byName: map[string]named{}}
	for _, v := range slices.Concat(s.spec.Settings, s.spec.TCB) {
		if v.Scope == InSettings || v.Chosen {
			choices.byName[v.Name] = named{decl: &v.Decl, thing: v}
		}
	}
	if n, ok := s.words.byName[item.Name.Text]; ok && choices.byName[item.Name.Text].thing == nil && n.thing != nil {
		d := s.errorf("wrong-kind", at, "%s is %s, and no setting", item.Name.Text, kindOf(n.thing))
		s.help(d, "a world sets what stands under settings, and the variables of the tcb that are chosen")
		return nil
	}
	thing, _ := s.find(choices, item.Name.Text, at)
	v, _ := thing.(*Var)
	return v
}

// settingValue is what a setting is set to.
func (s *stage) settingValue(v *Var, item *hostItemNode, at Pos) uint32 {
	switch {
	case v.Type == Bool && item.Number == "":
		if item.Truth == "false" {
			return 0
		}
		return 1
	case v.Type == Bool || item.Number == "":
		d := s.errorf("type", at, "%s is %s", v.Name, v.Type)
		s.help(d, "%s", shapeOf("a host"))
		return 0
	}
	n, err := strconv.ParseUint(item.Number, 10, 32)
	if err != nil || v.Type == Small && n > 255 {
		d := s.errorf("number", at, "%s cannot be %s", v.Name, item.Number)
		s.help(d, "%s is %s", v.Name, v.Type)
	}
	return uint32(n)
}
