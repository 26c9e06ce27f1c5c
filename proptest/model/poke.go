package model

func (k *worker) poke(i int, h *Host, f *finding) {}
