//! What the command says, in English and in Spanish.

use super::org::Trouble;

/// A language that the command speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// That of the machine, by the value of `LC_ALL`, `LC_MESSAGES` or `LANG`; English where it is no other that is spoken.
    pub(super) fn of_locale(locale: &str) -> Language {
        match locale.split(['_', '.', '-']).next() {
            Some("es") => Language::Es,
            _ => Language::En,
        }
    }

    fn one_of(self, english: impl Into<String>, spanish: impl Into<String>) -> String {
        match self {
            Language::En => english.into(),
            Language::Es => spanish.into(),
        }
    }

    pub(super) fn org(self, instance: &str, version: &str) -> String {
        self.one_of(
            format!("Org: {instance} (API {version})"),
            format!("Organización: {instance} (API {version})"),
        )
    }

    pub(super) fn already_there(self) -> String {
        self.one_of("has the list of calls already", "ya tiene la lista de llamadas")
    }

    pub(super) fn of_package(self, package: &str) -> String {
        self.one_of(
            format!("left as it is: it belongs to the managed package {package}, whose layouts cannot be deployed"),
            format!("se deja como está: es del paquete gestionado {package}, cuyos diseños no se pueden implementar"),
        )
    }

    pub(super) fn left_out(self) -> String {
        self.one_of("left as it is: --skip", "se deja como está: --skip")
    }

    pub(super) fn unreadable(self, why: &str) -> String {
        self.one_of(
            format!("left as it is: {why}"),
            format!("se deja como está, no se entiende su XML ({why})"),
        )
    }

    pub(super) fn gets(self, after: Option<&str>) -> String {
        match after {
            Some(after) => self.one_of(
                format!("gets the list of calls, after {after}"),
                format!("recibe la lista de llamadas, después de {after}"),
            ),
            None => self.one_of(
                "gets the list of calls, as its first related list",
                "recibe la lista de llamadas, como su primera lista relacionada",
            ),
        }
    }

    pub(super) fn refused(self, problem: &str) -> String {
        self.one_of(
            format!("REFUSED by the org: {problem}"),
            format!("RECHAZADO por la organización: {problem}"),
        )
    }

    pub(super) fn nothing_to_do(self) -> String {
        self.one_of("Nothing to change.", "No hay nada que cambiar.")
    }

    pub(super) fn would_change(self, count: usize) -> String {
        self.one_of(
            format!("Nothing was changed. The org looked at the {count} layout(s) and would take them: run it again with --apply."),
            format!("No se ha cambiado nada. La organización ha mirado los {count} diseños y los aceptaría: repítalo con --apply."),
        )
    }

    pub(super) fn changed(self, count: usize) -> String {
        self.one_of(
            format!("Changed: {count} layout(s). A second run changes nothing."),
            format!("Cambiados: {count} diseños. Repetirlo no cambia nada."),
        )
    }

    pub(super) fn kept(self, file: &str) -> String {
        self.one_of(
            format!("What they were before is in {file}. To go back: sf project deploy start --metadata-dir {file} --single-package"),
            format!("Lo que eran antes está en {file}. Para volver atrás: sf project deploy start --metadata-dir {file} --single-package"),
        )
    }

    pub(super) fn none_changed(self) -> String {
        self.one_of(
            "Nothing was changed: layouts go all or none. Leave out one that is refused with --skip.",
            "No se ha cambiado nada: o todos los diseños o ninguno. Deje fuera el rechazado con --skip.",
        )
    }

    pub(super) fn no_object(self, object: &str) -> String {
        self.one_of(
            format!("the org has no {object}: deploy the package first (docs/salesforce-setup.md)"),
            format!(
                "la organización no tiene {object}: implemente antes el paquete (docs/salesforce-setup.es.md)"
            ),
        )
    }

    pub(super) fn no_access(self) -> String {
        self.one_of(
            "neither --config names a settings file nor are SALESFORCE_ACCESS_TOKEN and --instance-url (or SALESFORCE_INSTANCE_URL) said",
            "ni --config nombra un archivo de ajustes, ni se dicen SALESFORCE_ACCESS_TOKEN y --instance-url (o SALESFORCE_INSTANCE_URL)",
        )
    }

    /// What the settings say of orgs does not say which one is meant.
    pub(super) fn which_tenant(self, known: &[&str]) -> String {
        let known = known.join(", ");
        self.one_of(
            format!(
                "--tenant has to say which one, of those with [tenants.salesforce] and a client_id: {known}"
            ),
            format!(
                "--tenant tiene que decir cuál, de los que tienen [tenants.salesforce] y client_id: {known}"
            ),
        )
    }

    pub(super) fn not_https(self) -> String {
        self.one_of(
            "the org's address has to begin with https://",
            "la dirección de la organización tiene que empezar por https://",
        )
    }

    pub(super) fn not_kept(self, file: &str, why: &str) -> String {
        self.one_of(
            format!("nothing was changed: what the layouts are cannot be kept in {file}: {why}"),
            format!("no se ha cambiado nada: no se puede guardar lo que son los diseños en {file}: {why}"),
        )
    }

    pub(super) fn trouble(self, trouble: &Trouble) -> String {
        match trouble {
            Trouble::Transport(error) => {
                self.one_of(format!("the org was not reached: {error}"), format!("no se llega a la organización: {error}"))
            }
            Trouble::Refused(said) => {
                self.one_of(format!("the org refuses: {said}"), format!("la organización se niega: {said}"))
            }
            Trouble::NotUnderstood | Trouble::Package(_) => {
                self.one_of("the org's answer is not understood", "no se entiende la respuesta de la organización")
            }
            Trouble::NoVersion => self.one_of(
                "the org speaks no version of the API from 60.0 to 67.0",
                "la organización no habla ninguna versión de la API entre la 60.0 y la 67.0",
            ),
            Trouble::Busy => self.one_of(
                "the org is still at it after half an hour; Setup > Deployment Status shows what becomes of it",
                "la organización sigue en ello tras media hora; Configuración > Estado de implementación dirá qué pasa",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_that_of_the_machine_where_it_is_spoken() {
        for (locale, expected) in [
            ("es_ES.UTF-8", Language::Es),
            ("es", Language::Es),
            ("en_GB.UTF-8", Language::En),
            ("C", Language::En),
            ("", Language::En),
            ("de_DE", Language::En),
        ] {
            assert_eq!(Language::of_locale(locale), expected, "{locale}");
        }
    }
}
