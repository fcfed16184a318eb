mod callers;
mod check;
mod fields;
mod folds;
mod golden;
mod properties;
