package parser

func (r *resolver) checkOverlaps() {}
