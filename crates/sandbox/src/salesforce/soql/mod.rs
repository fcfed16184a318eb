//! The part of SOQL that clients use.

mod days;
mod filter;
mod parse;
mod plan;
mod run;
mod tokens;

pub(crate) use parse::{Column, Parser, Query, parse};
pub(crate) use run::run;
