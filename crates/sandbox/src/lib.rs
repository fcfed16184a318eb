//! What the demo and the tests play with: a replayed PBX and sample data.
