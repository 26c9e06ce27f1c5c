package model

func (k *worker) poke(s *World) {}
