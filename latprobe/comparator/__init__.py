"""Holds figures against budgets, and targets of a family against each other."""
