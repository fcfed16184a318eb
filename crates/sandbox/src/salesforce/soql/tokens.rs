//! A query cut into its words.

/// What a piece of a query is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A name, a path of names, or a word of the language.
    Word(String),
    /// A text between quotes, as it was meant.
    Text(String),
    /// A number, a day or a moment, as it was written.
    Figure(String),
    /// Brackets, commas, comparisons.
    Sign(&'static str),
}

/// A piece, and where it begins, in characters from the begin of the query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) token: Token,
    pub(crate) at: usize,
}

/// Signs, the longer ones first.
const SIGNS: [&str; 13] = ["!=", "<>", "<=", ">=", "(", ")", ",", "=", "<", ">", ":", "{", "}"];

/// Cuts a query into pieces.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn cut(query: &str) -> Result<Vec<Piece>, usize> {
    let text: Vec<char> = query.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, next) = if c == '\'' {
            quoted(&text, at)?
        } else if c.is_alphabetic() || c == '_' {
            let word = run(&text, at, |c| c.is_alphanumeric() || c == '_' || c == '.');
            (Token::Word(word.iter().collect()), at + word.len())
        } else if c.is_ascii_digit() || is_signed(&text, at) {
            let rest = run(&text, at + 1, |c| c.is_alphanumeric() || [':', '.', '-', '+'].contains(&c));
            let figure: String = std::iter::once(c).chain(rest.iter().copied()).collect();
            (Token::Figure(figure), at + 1 + rest.len())
        } else {
            let sign =
                SIGNS.iter().find(|sign| sign.chars().enumerate().all(|(i, c)| text.get(at + i) == Some(&c)));
            let sign = *sign.ok_or(at)?;
            (Token::Sign(sign), at + sign.len())
        };
        pieces.push(Piece { token, at });
        at = next;
    }
    Ok(pieces)
}

fn is_signed(text: &[char], at: usize) -> bool {
    ['-', '+'].contains(&text[at]) && text.get(at + 1).is_some_and(char::is_ascii_digit)
}

fn run(text: &[char], from: usize, belongs: impl Fn(char) -> bool) -> &[char] {
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.iter().position(|c| !belongs(*c)).unwrap_or(rest.len());
    &rest[..end]
}

/// A text between quotes. In patterns of LIKE an escaped `%` or `_` stays escaped.
fn quoted(text: &[char], begin: usize) -> Result<(Token, usize), usize> {
    let mut meant = String::new();
    let mut at = begin + 1;
    loop {
        match text.get(at) {
            None => return Err(begin),
            Some('\'') => return Ok((Token::Text(meant), at + 1)),
            Some('\\') => {
                match text.get(at + 1).ok_or(begin)? {
                    'n' | 'N' => meant.push('\n'),
                    'r' | 'R' => meant.push('\r'),
                    't' | 'T' => meant.push('\t'),
                    'b' | 'B' => meant.push('\u{8}'),
                    'f' | 'F' => meant.push('\u{c}'),
                    c @ ('"' | '\'' | '\\') => meant.push(*c),
                    c @ ('%' | '_') => meant.extend(['\\', *c]),
                    _ => return Err(at),
                }
                at += 2;
            }
            Some(c) => {
                meant.push(*c);
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_cut_into_words_texts_figures_and_signs() {
        let pieces =
            cut(r"WHERE a.b__c >= 2026-01-01T00:00:00+01:00 AND x='it\'s' AND n=-3").expect("it can be read");
        let tokens: Vec<Token> = pieces.into_iter().map(|piece| piece.token).collect();
        assert_eq!(tokens[1], Token::Word("a.b__c".into()));
        assert_eq!(tokens[2], Token::Sign(">="));
        assert_eq!(tokens[3], Token::Figure("2026-01-01T00:00:00+01:00".into()));
        assert_eq!(tokens[7], Token::Text("it's".into()));
        assert_eq!(tokens[11], Token::Figure("-3".into()));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        for (query, at) in [("a = 'open", 4), ("a ; b", 2), (r"a = '\q'", 5)] {
            assert_eq!(cut(query), Err(at), "{query}");
        }
    }
}
