"""`semblance bench`: how many streams this machine carries, and what keeps it from carrying more."""
