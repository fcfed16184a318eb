//! What became of a deployment, and how `checkDeployStatus` tells it.

use super::xml::escaped;
use crate::salesforce::stamp;
use domain::id::At;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// It is told, and the component is there.
    Warning,
    /// The component is as it was.
    Error,
}

/// What is wrong with a component, and where in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) text: String,
    pub(crate) severity: Severity,
    /// Line and column, counted from 1.
    pub(crate) place: Option<(usize, usize)>,
}

impl Problem {
    pub(crate) fn error(text: impl Into<String>) -> Problem {
        Problem { text: text.into(), severity: Severity::Error, place: None }
    }
}

/// What became of one component: the `DeployMessage` of the Metadata API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) kind: String,
    pub(crate) full_name: String,
    pub(crate) file_name: String,
    pub(crate) id: String,
    pub(crate) created: bool,
    pub(crate) changed: bool,
    pub(crate) problem: Option<Problem>,
}

impl Message {
    pub(crate) fn is_failure(&self) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.severity == Severity::Error)
    }

    fn written(&self, at: At) -> String {
        let tag = if self.is_failure() { "componentFailures" } else { "componentSuccesses" };
        let id = match self.id.as_str() {
            "" => String::new(),
            id => format!("<id>{id}</id>"),
        };
        let mut place = String::new();
        let mut problem = String::new();
        if let Some(told) = &self.problem {
            let severity = if told.severity == Severity::Error { "Error" } else { "Warning" };
            problem =
                format!("<problem>{}</problem><problemType>{severity}</problemType>", escaped(&told.text));
            if let Some((line, column)) = told.place {
                place = format!("<columnNumber>{column}</columnNumber>");
                problem = format!("<lineNumber>{line}</lineNumber>{problem}");
            }
        }
        format!(
            "<{tag}><changed>{}</changed>{place}<componentType>{}</componentType><created>{}</created><createdDate>{}</createdDate>\
             <deleted>false</deleted><fileName>{}</fileName><fullName>{}</fullName>{id}{problem}\
             <success>{}</success></{tag}>",
            self.changed,
            escaped(&self.kind),
            self.created,
            moment(at),
            escaped(&self.file_name),
            escaped(&self.full_name),
            !self.is_failure(),
        )
    }
}

/// What was asked of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Whether nothing is to be kept of it, however well it goes.
    pub(crate) check_only: bool,
    /// Whether nothing is to be kept where one component is refused.
    pub(crate) rollback_on_error: bool,
}

/// A deployment that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deployment {
    pub(crate) options: Options,
    pub(crate) by: String,
    pub(crate) by_name: String,
    pub(crate) at: At,
    pub(crate) messages: Vec<Message>,
}

impl Deployment {
    /// `Succeeded`, `Failed`, or `SucceededPartial` where what was good is kept.
    pub(crate) fn status(&self) -> &'static str {
        match (self.messages.iter().any(Message::is_failure), self.options.rollback_on_error) {
            (false, _) => "Succeeded",
            (true, true) => "Failed",
            (true, false) => "SucceededPartial",
        }
    }

    /// The `result` of `checkDeployStatus`.
    pub(crate) fn written(&self, id: &str, details: bool) -> String {
        let counted = self.messages.iter().filter(|message| !message.kind.is_empty());
        let (mut total, mut refused) = (0, 0);
        counted.for_each(|message| {
            total += 1;
            refused += usize::from(message.is_failure());
        });
        let errors = self.messages.iter().filter(|message| message.is_failure()).count();
        let mut told = String::new();
        if details {
            let messages: String = self.messages.iter().map(|message| message.written(self.at)).collect();
            told = format!(
                "<details>{messages}<runTestResult><numFailures>0</numFailures><numTestsRun>0</numTestsRun>\
                 <totalTime>0.0</totalTime></runTestResult></details>"
            );
        }
        let (at, status) = (moment(self.at), self.status());
        format!(
            "<checkOnly>{}</checkOnly><completedDate>{at}</completedDate><createdBy>{}</createdBy>\
             <createdByName>{}</createdByName><createdDate>{at}</createdDate>{told}<done>true</done><id>{id}</id>\
             <ignoreWarnings>false</ignoreWarnings><lastModifiedDate>{at}</lastModifiedDate>\
             <numberComponentErrors>{errors}</numberComponentErrors>\
             <numberComponentsDeployed>{}</numberComponentsDeployed>\
             <numberComponentsTotal>{total}</numberComponentsTotal><numberTestErrors>0</numberTestErrors>\
             <numberTestsCompleted>0</numberTestsCompleted><numberTestsTotal>0</numberTestsTotal>\
             <rollbackOnError>{}</rollbackOnError><runTestsEnabled>false</runTestsEnabled>\
             <startDate>{at}</startDate><status>{status}</status><success>{}</success>",
            self.options.check_only,
            self.by,
            escaped(&self.by_name),
            total - refused,
            self.options.rollback_on_error,
            status == "Succeeded",
        )
    }
}

/// A moment as SOAP writes it.
pub(crate) fn moment(at: At) -> String {
    stamp::moment(at).replace("+0000", "Z")
}
