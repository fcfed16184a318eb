//! The one binary: HTTP, live feed, workers, command line.
