"""What the two texts of any pair tell of its quality: evidence by name, an additive model of it, rules, scores."""
