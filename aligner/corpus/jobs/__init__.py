"""Work spread over processes: workers, locks, and faults told apart."""
