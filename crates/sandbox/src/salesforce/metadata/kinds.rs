//! The kinds of metadata that the org knows, by folder and ending of the files of a deployment. Those of an org that logs calls and of
//! the package it gets; whatever else there is is refused as unknown.

/// How a component lies in a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One file of XML.
    Xml,
    /// A file of any content, and XML about it in `…-meta.xml`.
    Content,
    /// Files of XML in folders, and XML about each folder in `…-meta.xml`.
    InFolders,
    /// A folder of files.
    Bundle,
}

/// A kind of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its name in a manifest.
    pub(crate) name: &'static str,
    /// The folder of its files.
    pub(crate) folder: &'static str,
    /// What its files end with, without the dot; empty for bundles.
    pub(crate) ending: &'static str,
    pub(crate) form: Form,
    /// Elements of its XML that are components of their own, and the kinds of these.
    pub(crate) parts: &'static [(&'static str, &'static str)],
}

const fn xml(name: &'static str, folder: &'static str, ending: &'static str) -> Kind {
    Kind { name, folder, ending, form: Form::Xml, parts: &[] }
}

const fn of_form(name: &'static str, folder: &'static str, ending: &'static str, form: Form) -> Kind {
    Kind { name, folder, ending, form, parts: &[] }
}

/// What an object is made of.
const OF_OBJECT: &[(&str, &str)] = &[
    ("businessProcesses", "BusinessProcess"),
    ("compactLayouts", "CompactLayout"),
    ("fieldSets", "FieldSet"),
    ("fields", "CustomField"),
    ("indexes", "Index"),
    ("listViews", "ListView"),
    ("recordTypes", "RecordType"),
    ("sharingReasons", "SharingReason"),
    ("validationRules", "ValidationRule"),
    ("webLinks", "WebLink"),
];

/// All kinds. Objects come first: what others name is there by then.
pub(crate) const KINDS: [Kind; 43] = [
    Kind { parts: OF_OBJECT, ..xml("CustomObject", "objects", "object") },
    xml("GlobalValueSet", "globalValueSets", "globalValueSet"),
    Kind { parts: &[("labels", "CustomLabel")], ..xml("CustomLabels", "labels", "labels") },
    of_form("ApexClass", "classes", "cls", Form::Content),
    of_form("ApexComponent", "components", "component", Form::Content),
    of_form("ApexPage", "pages", "page", Form::Content),
    of_form("ApexTrigger", "triggers", "trigger", Form::Content),
    of_form("AuraDefinitionBundle", "aura", "", Form::Bundle),
    of_form("LightningComponentBundle", "lwc", "", Form::Bundle),
    of_form("StaticResource", "staticresources", "resource", Form::Content),
    xml("LightningMessageChannel", "messageChannels", "messageChannel"),
    xml("CallCenter", "callCenters", "callCenter"),
    xml("ConversationVendorInfo", "ConversationVendorInformation", "ConversationVendorInformation"),
    xml("CorsWhitelistOrigin", "corsWhitelistOrigins", "corsWhitelistOrigin"),
    xml("CspTrustedSite", "cspTrustedSites", "cspTrustedSite"),
    xml("CustomMetadata", "customMetadata", "md"),
    xml("CustomObjectTranslation", "objectTranslations", "objectTranslation"),
    xml("CustomPermission", "customPermissions", "customPermission"),
    xml("CustomTab", "tabs", "tab"),
    xml("DuplicateRule", "duplicateRules", "duplicateRule"),
    xml("ExternalClientApplication", "externalClientApps", "eca"),
    xml("ExtlClntAppConfigurablePolicies", "extlClntAppPolicies", "ecaPlcy"),
    xml("ExtlClntAppGlobalOauthSettings", "extlClntAppGlobalOauthSets", "ecaGlblOauth"),
    xml("ExtlClntAppOauthConfigurablePolicies", "extlClntAppOauthPolicies", "ecaOauthPlcy"),
    xml("ExtlClntAppOauthSettings", "extlClntAppOauthSettings", "ecaOauth"),
    xml("FlexiPage", "flexipages", "flexipage"),
    xml("Flow", "flows", "flow"),
    xml("GlobalValueSetTranslation", "globalValueSetTranslations", "globalValueSetTranslation"),
    xml("Group", "groups", "group"),
    xml("NamedCredential", "namedCredentials", "namedCredential"),
    xml("PathAssistant", "pathAssistants", "pathAssistant"),
    xml("PlatformEventChannelMember", "platformEventChannelMembers", "platformEventChannelMember"),
    xml("QuickAction", "quickActions", "quickAction"),
    xml("RemoteSiteSetting", "remoteSiteSettings", "remoteSite"),
    xml("ReportType", "reportTypes", "reportType"),
    of_form("Report", "reports", "report", Form::InFolders),
    of_form("Dashboard", "dashboards", "dashboard", Form::InFolders),
    xml("Translations", "translations", "translation"),
    xml("Layout", "layouts", "layout"),
    xml("CustomApplication", "applications", "app"),
    xml("PermissionSet", "permissionsets", "permissionset"),
    xml("PermissionSetGroup", "permissionsetgroups", "permissionsetgroup"),
    xml("Profile", "profiles", "profile"),
];

/// A kind by its name in a manifest.
pub(crate) fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind of which a kind of components are parts, and the element that such a part is.
pub(crate) fn whole_of(part: &str) -> Option<(&'static Kind, &'static str)> {
    KINDS.iter().find_map(|kind| {
        let (element, _) = kind.parts.iter().find(|(_, name)| *name == part)?;
        Some((kind, *element))
    })
}

/// The kind and the full name of the component that a file of a deployment belongs to.
pub(crate) fn of_path(path: &str) -> Option<(&'static Kind, String)> {
    let (folder, rest) = path.split_once('/')?;
    let kind = KINDS.iter().find(|kind| kind.folder == folder)?;
    if kind.form == Form::Bundle {
        let (name, _) = rest.split_once('/')?;
        return Some((kind, name.to_owned()));
    }
    let rest = rest.strip_suffix("-meta.xml").unwrap_or(rest);
    let ending = format!(".{}", kind.ending);
    match (rest.strip_suffix(&ending), kind.form) {
        (Some(name), _) => Some((kind, name.to_owned())),
        // A folder is named for itself.
        (None, Form::InFolders) if !rest.contains('.') => Some((kind, rest.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_belong_to_the_component_that_folder_and_ending_name() {
        for (path, kind, name) in [
            ("objects/Call_Activity__c.object", "CustomObject", "Call_Activity__c"),
            ("layouts/Contact-Contact Layout.layout", "Layout", "Contact-Contact Layout"),
            ("classes/Session.cls-meta.xml", "ApexClass", "Session"),
            ("lwc/history/history.js", "LightningComponentBundle", "history"),
            ("reports/Calls/By_Code.report", "Report", "Calls/By_Code"),
            ("reports/Calls-meta.xml", "Report", "Calls"),
        ] {
            let found = of_path(path).map(|(kind, name)| (kind.name, name));
            assert_eq!(found, Some((kind, name.to_owned())), "{path}");
        }
        for path in ["package.xml", "objects/readme.txt", "nothing/X.y", "lwc/loose.js"] {
            assert_eq!(of_path(path).map(|(kind, _)| kind.name), None, "{path}");
        }
    }
}
