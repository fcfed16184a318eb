//! Settings of phones in the browser: where the phone system takes SIP over a WebSocket, and which agents have such a
//! phone, with what. Their passwords are for these agents alone, and never written out.

use domain::id::AgentKey;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// Most servers that help to find a way through a network; browsers become slow with more.
const MAX_HELPERS: usize = 8;
/// Longest address, name or password, in bytes.
const MAX_BYTES: usize = 256;

/// Phones in the browser that a phone system has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebPhoneSettings {
    /// Where it takes SIP over a WebSocket, e.g. `wss://pbx.example:8089/ws`.
    pub url: String,
    /// Its SIP domain; the host of `url` where empty.
    #[serde(default)]
    pub domain: Option<String>,
    /// STUN servers, by which a browser finds out how it is seen from outside.
    #[serde(default)]
    pub stun: Vec<String>,
    /// A TURN server, which passes voices on where there is no other way.
    #[serde(default)]
    pub turn: Option<TurnSettings>,
    /// The agents who have such a phone.
    #[serde(default)]
    pub agents: BTreeMap<String, WebPhoneAccount>,
}

/// A server that passes voices on, and what it is told.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnSettings {
    /// Its addresses, e.g. `turns:turn.example:5349`.
    pub urls: Vec<String>,
    /// The user.
    pub username: String,
    /// Their password.
    pub credential: String,
}

/// Who a browser is to the phone system.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebPhoneAccount {
    /// The name by which it registers.
    pub username: String,
    /// Its password.
    pub password: String,
}

impl fmt::Debug for TurnSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TurnSettings").field("urls", &self.urls).finish_non_exhaustive()
    }
}

impl fmt::Debug for WebPhoneAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebPhoneAccount").field("username", &self.username).finish_non_exhaustive()
    }
}

impl WebPhoneSettings {
    /// The phone of an agent, where they have one.
    pub fn of(&self, agent: &AgentKey) -> Option<&WebPhoneAccount> {
        self.agents.get(&agent.0)
    }

    /// The SIP domain.
    pub fn domain(&self) -> &str {
        self.domain.as_deref().unwrap_or_else(|| host(authority(&self.url)))
    }

    /// What a page must be allowed to connect to, as a content security policy says it.
    pub fn origin(&self) -> &str {
        let scheme = self.url.find("://").map_or(0, |at| at + 3);
        &self.url[..scheme + authority(&self.url).len()]
    }

    /// Which field cannot be used, and why; never what is secret. `known` says whether there is such an agent.
    pub(super) fn fault(&self, known: impl Fn(&str) -> bool) -> Option<(String, String)> {
        let said = |field: &str, reason: String| Some((field.to_owned(), reason));
        if let Some(reason) = self.address_fault() {
            return said("url", reason);
        }
        if let Some(domain) = self.domain.as_ref().filter(|domain| !is_host(domain)) {
            return said("domain", format!("{domain:?} is no host's name"));
        }
        let turn = self.turn.as_ref();
        let helpers = self.stun.len() + turn.map_or(0, |turn| turn.urls.len());
        if helpers > MAX_HELPERS {
            return said("stun", format!("{helpers} servers with those of turn, at most {MAX_HELPERS}"));
        }
        if let Some(url) = self.stun.iter().find(|url| !is_helper(url, &["stun:", "stuns:"])) {
            return said("stun", format!("{url:?} is not like stun:stun.example:3478"));
        }
        if let Some(turn) = turn {
            if let Some(url) = turn.urls.iter().find(|url| !is_helper(url, &["turn:", "turns:"])) {
                return said("turn.urls", format!("{url:?} is not like turns:turn.example:5349"));
            }
            if turn.urls.is_empty() {
                return said("turn.urls", "at least one".to_owned());
            }
            if [&turn.username, &turn.credential].iter().any(|text| !is_secret(text)) {
                return said(
                    "turn.credential",
                    format!("username and credential: 1 to {MAX_BYTES} bytes in one line"),
                );
            }
        }
        for (agent, account) in &self.agents {
            let field = |name: &str| format!("agents.{agent}{name}");
            if !known(agent) {
                return said(&field(""), format!("{agent:?} is not listed in endpoints.agents"));
            }
            if !is_user(&account.username) {
                return said(&field(".username"), "letters, digits and - _ . + only".to_owned());
            }
            if !is_secret(&account.password) {
                return said(&field(".password"), format!("1 to {MAX_BYTES} bytes in one line"));
            }
        }
        None
    }

    /// A page that came by https may not open what is not encrypted, with the machine itself as the one exception.
    fn address_fault(&self) -> Option<String> {
        let url = &self.url;
        let plain = url.len() <= MAX_BYTES
            && url.bytes().all(|byte| byte.is_ascii_graphic() && !b";,'\"?#@".contains(&byte));
        let authority = authority(url);
        let (encrypted, open) = (url.starts_with("wss://"), url.starts_with("ws://"));
        if !plain || !is_authority(authority) || !(encrypted || open) {
            return Some(format!("{url:?} is no address like wss://pbx.example:8089/ws"));
        }
        (open && !is_loopback(host(authority)))
            .then(|| format!("{url:?} is not encrypted: wss://, or ws:// on this machine alone"))
    }
}

/// Host and port of an address.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// The host without its port; of an IPv6 address with its brackets.
fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    }
}

fn is_authority(authority: &str) -> bool {
    let host = host(authority);
    let port = authority[host.len()..].strip_prefix(':');
    is_host(host) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn is_host(host: &str) -> bool {
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match inside {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            !host.is_empty() && host.len() <= MAX_BYTES && host.bytes().all(part)
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether it is `stun:host:port` or the like, with what a TURN server may be asked to speak.
fn is_helper(url: &str, schemes: &[&str]) -> bool {
    let rest = schemes.iter().find_map(|scheme| url.strip_prefix(scheme));
    rest.is_some_and(|rest| {
        let (authority, asked) =
            rest.split_once('?').map_or((rest, None), |(authority, asked)| (authority, Some(asked)));
        let spoken = asked.is_none_or(|asked| ["transport=udp", "transport=tcp"].contains(&asked));
        is_authority(authority) && spoken
    })
}

fn is_user(name: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
    !name.is_empty() && name.len() <= MAX_BYTES && name.bytes().all(part)
}

fn is_secret(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_BYTES && !text.contains(['\r', '\n', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut WebPhoneSettings)) -> Option<(String, String)> {
        let account = WebPhoneAccount { username: "1001".to_owned(), password: "hidden".to_owned() };
        let mut settings = WebPhoneSettings {
            url: "wss://pbx.example:8089/ws".to_owned(),
            domain: None,
            stun: vec!["stun:stun.example:3478".to_owned()],
            turn: Some(TurnSettings {
                urls: vec!["turns:turn.example?transport=tcp".to_owned()],
                username: "u".to_owned(),
                credential: "hidden".to_owned(),
            }),
            agents: [("1001".to_owned(), account)].into(),
        };
        change(&mut settings);
        settings.fault(|agent| agent == "1001")
    }

    #[test]
    fn an_address_says_its_domain_and_what_a_page_may_connect_to() {
        for (url, domain, origin) in [
            ("wss://pbx.example:8089/ws", "pbx.example", "wss://pbx.example:8089"),
            ("wss://pbx.example", "pbx.example", "wss://pbx.example"),
            ("ws://[::1]:8088/ws", "[::1]", "ws://[::1]:8088"),
        ] {
            let fault = with(|settings| {
                settings.url = url.to_owned();
                assert_eq!((settings.domain(), settings.origin()), (domain, origin));
            });
            assert_eq!(fault, None, "{url}");
        }
    }

    #[test]
    fn what_is_not_encrypted_is_for_this_machine_alone() {
        for url in ["ws://127.0.0.1:8088/ws", "ws://localhost/ws", "ws://127.9.1.2:80/ws"] {
            assert_eq!(with(|settings| settings.url = url.to_owned()), None, "{url}");
        }
        let fault = with(|settings| settings.url = "ws://pbx.example/ws".to_owned()).expect("refused");
        assert!(fault.0 == "url" && fault.1.contains("not encrypted"), "{fault:?}");
    }

    #[test]
    fn an_address_can_say_nothing_more_in_a_policy() {
        for url in [
            "https://pbx.example",
            "wss://",
            "wss://pbx.example; script-src *",
            "wss://pbx.example *",
            "wss://u:p@pbx.example/ws",
            "wss://pbx.example:0/ws",
            "wss://pbx.example:70000/ws",
            "wss://*/ws",
        ] {
            assert_eq!(
                with(|settings| settings.url = url.to_owned()).map(|fault| fault.0).as_deref(),
                Some("url"),
                "{url}"
            );
        }
    }

    #[test]
    fn what_can_mean_nothing_is_named_and_what_is_secret_is_not_said() {
        let account = |username: &str, password: &str| WebPhoneAccount {
            username: username.to_owned(),
            password: password.to_owned(),
        };
        let faults = [
            with(|settings| settings.domain = Some("a b".to_owned())),
            with(|settings| settings.stun = vec!["turn:x".to_owned()]),
            with(|settings| settings.stun = vec!["stun:x".to_owned(); MAX_HELPERS]),
            with(|settings| {
                settings.turn.as_mut().expect("turn").urls = vec!["turn:x?transport=pigeon".to_owned()]
            }),
            with(|settings| settings.turn.as_mut().expect("turn").urls.clear()),
            with(|settings| settings.turn.as_mut().expect("turn").credential = "hidden\nX".to_owned()),
            with(|settings| drop(settings.agents.insert("1009".to_owned(), account("1009", "hidden")))),
            with(|settings| drop(settings.agents.insert("1001".to_owned(), account("1001>", "hidden")))),
            with(|settings| drop(settings.agents.insert("1001".to_owned(), account("1001", "hidden\r\n")))),
        ];
        let named: Vec<String> = faults
            .into_iter()
            .map(|fault| fault.expect("refused"))
            .map(|(field, reason)| {
                assert!(!reason.contains("hidden"), "{reason}");
                field
            })
            .collect();
        let expected = [
            "domain",
            "stun",
            "stun",
            "turn.urls",
            "turn.urls",
            "turn.credential",
            "agents.1009",
            "agents.1001.username",
            "agents.1001.password",
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn nothing_secret_is_written_out() {
        let _ = with(|settings| assert!(!format!("{settings:?}").contains("hidden")));
    }
}
