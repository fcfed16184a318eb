//! End to end: the real router over a real store.
