//! Arbitrary and mutated bytes against what reads a manager connection: nothing panics, what is held back stays bounded,
//! and no case takes long. How it is run is in docs/verification/fuzzing.md. A case that fails prints its seed and the
//! bytes' place; once mended its bytes are kept in `corpus/`.

mod bytes;
mod codec;
mod derived;
mod floods;
