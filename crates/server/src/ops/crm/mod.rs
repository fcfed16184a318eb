//! What is done with the CRM that a tenant's directory mirrors: `mirror` reads what changed there, `carry_out` has there what
//! was settled here, `pace` says when changes are asked for, `resolve` says which of our records one of theirs is, `named` the other
//! way round, `opportunities` what theirs are called, `search_number` who of theirs has a number, `sharing` hides what the CRM does
//! not show somebody, `stuck` is what people do about refusals, `phones` which phone fields are read, `consent` how an admin lets us
//! log in, `standing` is what admins see of it all.

pub mod carry_out;
pub mod consent;
pub mod filing;
pub mod mirror;
pub mod named;
pub mod opportunities;
pub mod pace;
pub mod people;
pub mod phones;
pub mod reflect;
pub mod resolve;
pub mod search_number;
pub mod sharing;
pub mod standing;
pub mod stuck;
