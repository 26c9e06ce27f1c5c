package diagram

// Where the states stand, as in Figure 5 of RFC 9293; a state that is not listed
// is put below the others.
const (
	width  = 1120
	height = 1010
	boxW   = 150
	boxH   = 44
)

type place struct{ x, y int }

var places = map[string]place{
	"CLOSED":       {560, 60},
	"LISTEN":       {560, 220},
	"SYN-RECEIVED": {170, 360},
	"SYN-SENT":     {950, 360},
	"ESTABLISHED":  {560, 470},
	"FIN-WAIT-1":   {240, 620},
	"CLOSE-WAIT":   {880, 620},
	"FIN-WAIT-2":   {170, 800},
	"CLOSING":      {510, 760},
	"LAST-ACK":     {950, 800},
	"TIME-WAIT":    {510, 930},
}

// route is how an arc runs and where its label stands. An arc without a route is
// a straight line.
type route struct {
	path   string
	label  place
	anchor string // start, middle or end
}

// Where an arc comes back to CLOSED from the end of a life, the figure shows
// CLOSED a second time.
var last = place{950, 930}

var routes = map[string]route{
	"CLOSED LISTEN":            {"M530 82 L530 196", place{520, 135}, "end"},
	"LISTEN CLOSED":            {"M590 198 L590 84", place{600, 135}, "start"},
	"CLOSED SYN-SENT":          {"M635 60 C860 60 985 180 985 336", place{905, 130}, "start"},
	"SYN-SENT CLOSED":          {"M915 338 C880 200 780 110 637 74", place{800, 185}, "end"},
	"LISTEN SYN-RECEIVED":      {"M485 230 C380 245 270 280 205 336", place{300, 262}, "end"},
	"SYN-RECEIVED LISTEN":      {"M130 338 C140 210 330 195 483 210", place{262, 160}, "end"},
	"LISTEN SYN-SENT":          {"M635 230 C740 245 840 280 905 337", place{735, 224}, "start"},
	"SYN-SENT SYN-RECEIVED":    {"M875 360 L247 360", place{560, 350}, "middle"},
	"SYN-RECEIVED ESTABLISHED": {"M235 382 C300 430 400 462 483 468", place{330, 420}, "start"},
	"SYN-SENT ESTABLISHED":     {"M885 382 C820 430 720 462 637 468", place{800, 450}, "start"},
	"SYN-RECEIVED FIN-WAIT-1":  {"M160 382 C160 470 175 550 215 596", place{150, 490}, "end"},
	"ESTABLISHED FIN-WAIT-1":   {"M490 492 C430 550 370 590 317 608", place{385, 545}, "end"},
	"ESTABLISHED CLOSE-WAIT":   {"M630 492 C690 550 750 590 803 608", place{735, 545}, "start"},
	"FIN-WAIT-1 FIN-WAIT-2":    {"M215 642 L180 776", place{185, 700}, "end"},
	"FIN-WAIT-1 CLOSING":       {"M315 630 C400 650 470 690 500 736", place{440, 660}, "start"},
	"FIN-WAIT-2 TIME-WAIT":     {"M190 822 C210 890 320 925 433 930", place{300, 880}, "start"},
	"CLOSING TIME-WAIT":        {"M510 782 L510 906", place{522, 850}, "start"},
	"CLOSE-WAIT LAST-ACK":      {"M890 642 L935 776", place{925, 705}, "start"},
	"LAST-ACK CLOSED":          {"M950 822 L950 906", place{962, 865}, "start"},
	"TIME-WAIT CLOSED":         {"M585 930 L873 930", place{730, 920}, "middle"},
	"FIN-WAIT-2 CLOSED":        {"M125 822 C130 960 280 985 510 985 C740 985 880 985 920 955", place{730, 976}, "middle"},
}
