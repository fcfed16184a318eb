//! Which addresses are called. An admin of a tenant names them, and this server stands where they do not: in front of
//! databases, manager interfaces, and a cloud's own metadata. So a name is resolved here, each address that it has is looked
//! at, and the connection is made to one that was looked at: a name that means something else a moment later gains nothing.

use axum::http::Uri;
use domain::notice::endpoint::MAX_URL_BYTES;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network that is called although it is not public, such as `10.1.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no network such as 10.1.0.0/16 or fd00::/8");
        let (first, bits) = text.split_once('/').ok_or_else(wrong)?;
        let (first, bits): (IpAddr, u8) =
            (first.parse().map_err(|_| wrong())?, bits.parse().map_err(|_| wrong())?);
        let most = if first.is_ipv4() { 32 } else { 128 };
        if bits <= most { Ok(Network { first, bits }) } else { Err(wrong()) }
    }
}

impl Network {
    /// Whether an address is in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        let masked = |bits: u128, length: u32| {
            let ignored = length - u32::from(self.bits);
            bits.checked_shr(ignored).unwrap_or(0)
        };
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                masked(first.to_bits().into(), 32) == masked(address.to_bits().into(), 32)
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                masked(first.to_bits(), 128) == masked(address.to_bits(), 128)
            }
            _ => false,
        }
    }
}

/// Whether this address is called: it is public, or in one of these networks.
pub fn may_call(address: IpAddr, networks: &[Network]) -> bool {
    let address = address.to_canonical();
    is_public(address) || networks.iter().any(|network| network.holds(address))
}

/// Whether an address is one of the public Internet: none of IANA's special ones.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match a {
        0 | 10 | 127 | 224..=255 => true,
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99),
        198 => b == 18 || b == 19 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let inside = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts[0] {
        // What is translated into IPv4 ends where that does.
        0x64 if parts[1] == 0xff9b && parts[2..6] == [0; 4] => inside(parts[6], parts[7]),
        0x2002 => inside(parts[1], parts[2]),
        // 2001::/23 is special as a whole (tunnels among it), 2001:db8::/32 for documents.
        0x2001 => parts[1] >= 0x200 && parts[1] != 0xdb8,
        0x3fff => parts[1] > 0x0fff,
        0x2000..=0x3fff => true,
        _ => false,
    }
}

/// Where an endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Its name or address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it is called there.
    pub authority: String,
    /// Path and query.
    pub path: String,
}

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadTarget {
    /// It is none, or names a user.
    Malformed,
    /// It is longer than any.
    TooLong,
    /// It is not encrypted.
    NotEncrypted,
    /// It is a number in a network that is not called.
    Forbidden,
}

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    /// It is not taken.
    pub fn read(url: &str, allow_http: bool, networks: &[Network]) -> Result<Target, BadTarget> {
        if url.len() > MAX_URL_BYTES {
            return Err(BadTarget::TooLong);
        }
        let uri: Uri = url.parse().map_err(|_| BadTarget::Malformed)?;
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if allow_http => false,
            Some("http") => return Err(BadTarget::NotEncrypted),
            _ => return Err(BadTarget::Malformed),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let authority = authority.ok_or(BadTarget::Malformed)?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || url.contains('#') {
            return Err(BadTarget::Malformed);
        }
        if host.parse().is_ok_and(|address| !may_call(address, networks)) {
            return Err(BadTarget::Forbidden);
        }
        let port = authority.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Target { encrypted, host, port, authority: authority.to_string(), path })
    }

    /// The address without what may be secret in it: its query.
    pub fn shown(url: &str) -> &str {
        url.split_once('?').map_or(url, |(shown, _)| shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| Network::try_from((*text).to_owned()).expect(text)).collect()
    }

    #[test]
    fn only_public_addresses_are_called() {
        for (address, called) in [
            ("93.184.216.34", true),
            ("127.0.0.1", false),
            ("127.8.8.8", false),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
            ("172.15.0.1", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("192.0.2.1", false),
            ("198.18.0.1", false),
            ("198.51.100.7", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:2800:220:1::1", true),
            ("::", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:93.184.216.34", true),
            ("::127.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::5db8:d822", true),
            ("64:ff9b:1::1", false),
            ("2002:7f00:1::", false),
            ("2002:5db8:d822::1", true),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2001:4860::1", true),
            ("fd00:ec2::254", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
            ("100::1", false),
        ] {
            assert_eq!(may_call(address.parse().expect(address), &[]), called, "{address}");
        }
    }

    #[test]
    fn a_network_that_is_named_is_called_and_its_neighbours_are_not() {
        let named = networks(&["10.1.0.0/16", "fd00:1::/32", "127.0.0.1/32"]);
        for (address, called) in [
            ("10.1.255.1", true),
            ("10.2.0.1", false),
            ("::ffff:10.1.0.1", true),
            ("fd00:1::9", true),
            ("fd00:2::9", false),
            ("127.0.0.1", true),
            ("127.0.0.2", false),
        ] {
            assert_eq!(may_call(address.parse().expect(address), &named), called, "{address}");
        }
        assert!(may_call("8.8.8.8".parse().expect("an address"), &networks(&["0.0.0.0/0"])));
        for wrong in ["10.0.0.0", "10.0.0.0/33", "x/8", "fd00::/129", ""] {
            assert!(Network::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_encrypted_and_names_no_user() {
        let read = |url: &str| Target::read(url, false, &[]);
        let target = read("https://erp.example:8443/in?key=1").expect("an address");
        assert_eq!(
            (target.host.as_str(), target.port, target.path.as_str()),
            ("erp.example", 8443, "/in?key=1")
        );
        assert_eq!(
            read("https://erp.example").map(|target| (target.port, target.path)),
            Ok((443, "/".into()))
        );
        for (url, why) in [
            ("http://erp.example/", BadTarget::NotEncrypted),
            ("ftp://erp.example/", BadTarget::Malformed),
            ("file:///etc/passwd", BadTarget::Malformed),
            ("erp.example", BadTarget::Malformed),
            ("", BadTarget::Malformed),
            ("https://", BadTarget::Malformed),
            ("https://erp.example@10.0.0.1/", BadTarget::Malformed),
            ("https://erp.example/#x", BadTarget::Malformed),
            ("https://erp.example/a b", BadTarget::Malformed),
            ("https://127.0.0.1/", BadTarget::Forbidden),
            ("https://[::1]/", BadTarget::Forbidden),
            ("https://[::ffff:169.254.169.254]/", BadTarget::Forbidden),
        ] {
            assert_eq!(read(url), Err(why), "{url}");
        }
        let long = format!("https://erp.example/{}", "x".repeat(MAX_URL_BYTES));
        assert_eq!(read(&long), Err(BadTarget::TooLong));
        assert!(!Target::read("http://erp.example/", true, &[]).expect("allowed").encrypted);
    }

    #[test]
    fn what_may_be_secret_in_an_address_is_not_shown() {
        assert_eq!(Target::shown("https://erp.example/in?key=1"), "https://erp.example/in");
    }
}
