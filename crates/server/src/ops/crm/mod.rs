//! What is done with the CRM that a tenant's directory mirrors: `mirror` reads what changed there, `carry_out` has there what
//! was settled here, `resolve` says which of our records one of theirs is, `named` the other way round,
//! `stuck` is what people do about
//! refusals, `phones` which phone fields are read, `consent` how an admin lets us log in, `standing` is what admins see of it all.

pub mod carry_out;
pub mod consent;
pub mod filing;
pub mod mirror;
pub mod named;
pub mod people;
pub mod phones;
pub mod reflect;
pub mod resolve;
pub mod standing;
pub mod stuck;
