//! Which file of a mailbox is the message of a call. Asterisk writes what it knows of each message beside its sound
//! (`msg0000.txt`): when it was recorded, and whose number called. Where the file of the path that was told is another one's
//! by that, the mailbox is searched for the one that is the call's.

use crate::recorded_file::{NoFile, RecordedFile, find, path_of};
use crate::settings::FolderSettings;
use domain::call::CallRecord;
use domain::id::At;
use std::fs;
use std::path::{Path, PathBuf};

/// Most messages of a mailbox that are looked at.
const MAX_MESSAGES_LOOKED_AT: usize = 1_000;
/// Longest text beside a message that is read, in bytes.
const MAX_ABOUT_BYTES: u64 = 64 * 1024;
/// How far the time beside a message may be from that of its call, in milliseconds: it is in whole seconds.
const SLACK_MS: i64 = 1_000;
/// Where Asterisk puts messages that were listened to at a phone, beside the folder that they were left in.
const HEARD: &str = "Old";

/// What is known of the call that left a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The path that the phone system told.
    pub path: String,
    /// When the call began.
    pub from: At,
    /// When it ended.
    pub until: At,
    /// The caller's number.
    pub number: Option<String>,
}

impl Left {
    /// By this call; `None` where the phone system told no path.
    pub fn by(call: &CallRecord) -> Option<Left> {
        let path = call.voicemail.as_ref()?.path.clone().filter(|path| !path.is_empty())?;
        Some(Left {
            path,
            from: call.started_at.plus_millis(-SLACK_MS),
            until: call.ended_at.unwrap_or(call.started_at).plus_millis(SLACK_MS),
            number: call.from.clone(),
        })
    }

    /// Whether what is written beside a message says that it is this one.
    fn is(&self, about: &About) -> bool {
        (self.from..=self.until).contains(&about.at()) && same_number(self.number.as_deref(), &about.number)
    }
}

/// What is written beside a message.
struct About {
    /// When it was recorded, in seconds since 1970.
    recorded_s: i64,
    /// The caller's digits; none where their number is not known.
    number: String,
}

impl About {
    fn at(&self) -> At {
        At(0).plus_millis(self.recorded_s.saturating_mul(1000))
    }

    /// `None` where nothing is there, or nothing of when it was recorded.
    fn read(path: &Path) -> Option<About> {
        if fs::metadata(path).ok()?.len() > MAX_ABOUT_BYTES {
            return None;
        }
        let text = String::from_utf8_lossy(&fs::read(path).ok()?).into_owned();
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.map(str::trim)
        };
        let caller = value("callerid").unwrap_or_default();
        // "Name" <number>, or the number alone.
        let number = caller.rsplit_once('<').map_or(caller, |(_, number)| number);
        Some(About { recorded_s: value("origtime")?.parse().ok()?, number: digits(number) })
    }
}

/// The file of the message that a call left. It reads the mailbox, so it is not for a thread that others wait for.
///
/// # Errors
/// See [`NoFile`].
pub fn original(folder: &FolderSettings, left: &Left) -> Result<RecordedFile, NoFile> {
    let named = path_of(folder, &left.path)?;
    let told = find(folder, &left.path);
    match (told, About::read(&named.with_extension("txt"))) {
        // Nothing says that it is another one's.
        (Ok(file), None) => Ok(file),
        (Ok(file), Some(about)) if left.is(&about) => Ok(file),
        (Err(outside @ NoFile::Outside(_)), _) => Err(outside),
        (told, _) => {
            let moved = moved_to(&named, left).and_then(|path| find(folder, inside(folder, &path)?).ok());
            moved.ok_or(told.err().unwrap_or(NoFile::Missing(named)))
        }
    }
}

/// Where the message is now, without the end of its name: the only one of its mailbox that can be it.
fn moved_to(named: &Path, left: &Left) -> Option<PathBuf> {
    let here = named.parent()?;
    let folders = [here.to_owned(), here.parent()?.join(HEARD)];
    let files = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let texts = files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "txt"));
    let is_it = |path: &PathBuf| About::read(path).is_some_and(|about| left.is(&about));
    let mut found = texts.take(MAX_MESSAGES_LOOKED_AT).filter(is_it);
    let path = found.next()?;
    found.next().is_none().then(|| path.with_extension(""))
}

fn inside<'a>(folder: &FolderSettings, path: &'a Path) -> Option<&'a str> {
    path.strip_prefix(&folder.folder).ok()?.to_str()
}

/// Whether two numbers of one phone system are the same; one that is not known may be any.
fn same_number(told: Option<&str>, written: &str) -> bool {
    let told = digits(told.unwrap_or_default());
    told.is_empty() || written.is_empty() || told.ends_with(written) || written.ends_with(&told)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Mailbox {
        dir: tempfile::TempDir,
        folder: FolderSettings,
    }

    impl Mailbox {
        fn new() -> Mailbox {
            let dir = tempfile::tempdir().expect("a folder");
            for name in ["600/INBOX", "600/Old"] {
                fs::create_dir_all(dir.path().join(name)).expect("folders");
            }
            let folder = FolderSettings { folder: dir.path().to_owned(), told_as: None };
            Mailbox { dir, folder }
        }

        fn put(&self, place: &str, recorded_s: i64, caller: &str) {
            let path = self.dir.path().join("600").join(place);
            fs::write(path.with_extension("wav"), caller).expect("a file");
            let about = format!(
                "; comment\n[message]\norigtime={recorded_s}\ncallerid=\"A\" <{caller}>\nduration=3\n"
            );
            fs::write(path.with_extension("txt"), about).expect("a file");
        }

        fn gone(&self, place: &str) {
            for end in ["wav", "txt"] {
                fs::remove_file(self.dir.path().join("600").join(place).with_extension(end))
                    .expect("removed");
            }
        }

        /// What is heard of the message of a call of this number, from second 100 to 130.
        fn heard(&self, told: &str, number: &str) -> Option<String> {
            let second = |s: i64| At(0).plus_millis(s * 1000);
            let left = Left {
                path: format!("600/INBOX/{told}"),
                from: second(99),
                until: second(131),
                number: Some(number.to_owned()),
            };
            let file = original(&self.folder, &left).ok()?;
            Some(fs::read_to_string(file.path).expect("text"))
        }
    }

    #[test]
    fn the_message_of_the_path_is_taken_where_it_is_the_calls() {
        let mailbox = Mailbox::new();
        mailbox.put("INBOX/msg0000", 110, "600111222");
        assert_eq!(mailbox.heard("msg0000", "+34600111222").as_deref(), Some("600111222"));
        assert_eq!(mailbox.heard("msg0000", "anonymous").as_deref(), Some("600111222"));
        assert_eq!(mailbox.heard("msg0001", "+34600111223"), None);
    }

    #[test]
    fn a_message_that_was_numbered_anew_or_heard_at_a_phone_is_found_and_never_another_one() {
        let mailbox = Mailbox::new();
        mailbox.put("INBOX/msg0000", 50, "600111222");
        mailbox.put("INBOX/msg0001", 110, "600111222");
        assert_eq!(mailbox.heard("msg0001", "600111222").as_deref(), Some("600111222"));
        // The first is deleted: the second takes its place, and a third the second's.
        mailbox.put("INBOX/msg0000", 110, "600111222");
        mailbox.put("INBOX/msg0001", 200, "600999999");
        assert_eq!(mailbox.heard("msg0001", "600111222").as_deref(), Some("600111222"));
        mailbox.gone("INBOX/msg0000");
        assert_eq!(mailbox.heard("msg0001", "600111222"), None);
        mailbox.put("Old/msg0004", 110, "600111222");
        assert_eq!(mailbox.heard("msg0001", "600111222").as_deref(), Some("600111222"));
        // Two that could be it: neither is taken.
        mailbox.put("INBOX/msg0002", 112, "600111222");
        assert_eq!(mailbox.heard("msg0001", "600111222"), None);
        // Of two callers at once the number tells.
        mailbox.put("INBOX/msg0002", 112, "600333444");
        assert_eq!(mailbox.heard("msg0001", "600333444").as_deref(), Some("600333444"));
    }

    #[test]
    fn a_sound_without_a_text_beside_it_is_taken_as_it_was_told() {
        let mailbox = Mailbox::new();
        fs::write(mailbox.dir.path().join("600/INBOX/msg0000.wav"), "sound").expect("a file");
        assert_eq!(mailbox.heard("msg0000", "600111222").as_deref(), Some("sound"));
        let outside = Left { path: "../secret".to_owned(), from: At(0), until: At(0), number: None };
        assert!(matches!(original(&mailbox.folder, &outside), Err(NoFile::Outside(_))));
    }
}
