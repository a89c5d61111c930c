-- Runs in a state.
r.state = :state
