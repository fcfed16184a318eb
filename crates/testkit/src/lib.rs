//! What only tests need: builders, a fake clock, a crash harness.
