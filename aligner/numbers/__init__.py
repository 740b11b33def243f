"""Numbers, money, dates and quantities: what each side says, and whether both say the same."""
