//! Calls of the Metadata API as they are written, and what comes back as it is read. No network: bytes in, bytes out.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// What the texts of the children of an element say, by their names.
pub(super) type Said = BTreeMap<String, String>;

/// A call within its envelope.
pub(super) fn envelope(token: &str, call: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns=\"http://soap.sforce.com/2006/04/metadata\"><soapenv:Header><SessionHeader><sessionId>{}</sessionId>\
         </SessionHeader></soapenv:Header><soapenv:Body>{call}</soapenv:Body></soapenv:Envelope>",
        escaped(token)
    )
    .into_bytes()
}

/// Asks which components of a kind there are.
pub(super) fn list(kind: &str, version: &str) -> String {
    format!(
        "<listMetadata><queries><type>{kind}</type></queries><asOfVersion>{version}</asOfVersion></listMetadata>"
    )
}

/// Asks for components of a kind by name.
pub(super) fn retrieve(kind: &str, names: &[&str], version: &str) -> String {
    let members: String = names.iter().map(|name| format!("<members>{}</members>", escaped(name))).collect();
    format!(
        "<retrieve><retrieveRequest><apiVersion>{version}</apiVersion><singlePackage>true</singlePackage>\
         <unpackaged><types>{members}<name>{kind}</name></types><version>{version}</version></unpackaged>\
         </retrieveRequest></retrieve>"
    )
}

/// Asks what became of a retrieval.
pub(super) fn check_retrieve(id: &str) -> String {
    format!(
        "<checkRetrieveStatus><asyncProcessId>{}</asyncProcessId><includeZip>true</includeZip></checkRetrieveStatus>",
        escaped(id)
    )
}

/// Deploys a zip file, in base64: all of it or nothing, which is what a production org asks for. `check_only`: nothing is kept.
pub(super) fn deploy(zip: &str, check_only: bool) -> String {
    format!(
        "<deploy><ZipFile>{zip}</ZipFile><DeployOptions><checkOnly>{check_only}</checkOnly>\
         <rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage></DeployOptions></deploy>"
    )
}

/// Asks what became of a deployment.
pub(super) fn check_deploy(id: &str) -> String {
    format!(
        "<checkDeployStatus><asyncProcessId>{}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>",
        escaped(id)
    )
}

/// A text as XML writes it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Every element of a name, whatever its prefix and however deep, by the texts of its children; `None`: it is no XML.
pub(super) fn elements(answer: &[u8], name: &str) -> Option<Vec<Said>> {
    let mut reader = Reader::from_str(std::str::from_utf8(answer).ok()?);
    let (mut found, mut open): (Vec<Said>, Option<(Said, usize)>) = (Vec::new(), None);
    let (mut path, mut text) = (Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                path.push(tag.local_name().into_inner().to_owned());
                text.clear();
                if open.is_none() && path.last().is_some_and(|last| last == name) {
                    open = Some((Said::new(), path.len()));
                }
            }
            Event::Text(said) => text.push_str(&said.xml10_content()),
            Event::CData(said) => text.push_str(&said.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(c) => text.push(c),
                None => text.push_str(resolve_predefined_entity(&reference.xml10_content())?),
            },
            Event::End(_) => {
                let (depth, ended) = (path.len(), path.pop()?);
                match open.take() {
                    Some((said, at)) if at == depth => found.push(said),
                    Some((mut said, at)) => {
                        if at + 1 == depth {
                            said.entry(ended).or_insert_with(|| text.trim().to_owned());
                        }
                        open = Some((said, at));
                    }
                    None => {}
                }
                text.clear();
            }
            Event::Eof => return path.is_empty().then_some(found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_a_name_say_what_their_children_say() {
        let answer = "<s:Envelope xmlns:s='x'><s:Body><r><result><id>1</id><details><componentFailures><problem>a &amp; b&#33;</problem>\
            <fullName>X</fullName></componentFailures></details><done>true</done></result><result><id>2</id></result></r></s:Body></s:Envelope>";
        let results = elements(answer.as_bytes(), "result").expect("XML");
        assert_eq!(results.len(), 2);
        assert_eq!((results[0]["id"].as_str(), results[0]["done"].as_str()), ("1", "true"));
        let failures = elements(answer.as_bytes(), "componentFailures").expect("XML");
        assert_eq!(failures[0]["problem"], "a & b!");
        assert_eq!(elements(b"<a><b></a>", "a"), None);
        assert_eq!(elements(b"<a>", "a"), None);
    }

    #[test]
    fn what_is_said_is_escaped() {
        let call = retrieve("Layout", &["Contact-A & B"], "66.0");
        assert!(call.contains("<members>Contact-A &amp; B</members>"), "{call}");
        assert!(String::from_utf8_lossy(&envelope("a<b", "<x/>")).contains("<sessionId>a&lt;b</sessionId>"));
    }
}
