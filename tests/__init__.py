"""The tests: one file per module of the product, end-to-end tests, benchmarks."""
