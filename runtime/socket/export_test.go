package socket

// Open returns how many sockets the stack would have to shut.
func (s *Stack) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}
