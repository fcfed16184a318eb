//! The rules of Bitácora: pure functions over plain data.
