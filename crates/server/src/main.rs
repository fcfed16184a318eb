//! Entry point of `bitacora`.

fn main() {}
