//! Phone systems: bytes in, domain events out.
