//! Durable state: one trait, a memory and an SQLite implementation.
