//! The HTTP side: routes, who may call them, and how answers and errors are written (docs/api.md). What is
//! done is in [`crate::ops`].

mod activities;
mod activity_query;
mod agent_times;
mod answer;
mod assets;
mod attention;
mod bulk;
mod call_counts;
mod caller;
mod cases;
mod centre;
mod centre_schema;
mod code_file;
mod code_picklist;
mod completeness;
mod completeness_crm;
mod control;
mod corrections;
mod crm;
mod crm_consent;
mod crm_phones;
mod dispositions;
mod dry_run;
mod export;
mod first_bytes;
mod floor;
mod follow_ups;
mod health;
mod hooks;
mod imports;
mod inbox;
mod limits;
mod listen;
mod live;
mod messages;
mod panel;
mod people;
mod reports;
mod review;
mod ring_groups;
mod saved_reports;
mod service;
mod session;
mod session_frame;
mod strict;
mod suggestions;
mod told_along;
mod users;
mod views;
mod web_phone;
mod webhooks;

pub use answer::ApiError;
pub use export::MAX_TABLE_BYTES;
pub(crate) use first_bytes::FirstBytes;
pub use hooks::MAX_DELIVERY_BYTES;
pub use limits::MAX_BODY_BYTES;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(
    info(title = "Bitácora", description = "Logs phone calls where the customer's record lives."),
    modifiers(&Bearer),
    tags(
        (name = "session", description = "Signing in and out"),
        (name = "users", description = "Who may use it (admins)"),
        (name = "panel", description = "An agent's own state and wrap-ups"),
        (name = "messages", description = "What callers left, as work of their ring groups"),
        (name = "follow-ups", description = "What is still to be done after calls"),
        (name = "people", description = "The directory"),
        (name = "cases", description = "Cases"),
        (name = "centre", description = "The centre's settings and the change log"),
        (name = "crm", description = "The CRM that the directory mirrors (admins)"),
        (name = "webhooks", description = "Other programs that are told of calls (admins)"),
        (name = "activities", description = "Archived calls"),
        (name = "reports", description = "Calls counted (supervisors)"),
        (name = "completeness", description = "Whether every call is accounted for (supervisors)"),
        (name = "floor", description = "What is now (supervisors)"),
        (name = "dispositions", description = "The code book"),
        (name = "export", description = "Everything as files (admins)"),
        (name = "imports", description = "Past calls from a file (admins)"),
    )
)]
struct Api;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        document.components.get_or_insert_default().add_security_scheme("access_token", scheme);
    }
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::refresh))
        .routes(routes!(session_frame::by_host))
        .routes(routes!(session_frame::grant))
        .routes(routes!(session_frame::pair))
        .routes(routes!(session_frame::confirm))
        .routes(routes!(session_frame::redeem))
        .routes(routes!(session::instance))
        .routes(routes!(session::first_admin))
        .routes(routes!(session::set_password))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::names))
        .routes(routes!(users::change))
        .routes(routes!(users::reset_password))
        .routes(routes!(panel::read))
        .routes(routes!(panel::recent))
        .routes(routes!(panel::save_draft))
        .routes(routes!(panel::log))
        .routes(routes!(panel::do_not_log))
        .routes(routes!(panel::extend))
        .routes(routes!(suggestions::suggest))
        .routes(routes!(suggestions::accuracy))
        .routes(routes!(inbox::list))
        .routes(routes!(inbox::read))
        .routes(routes!(inbox::release))
        .routes(routes!(inbox::put_aside))
        .routes(routes!(inbox::finish))
        .routes(routes!(panel::set_mode))
        .routes(routes!(panel::dial))
        .routes(routes!(control::hang_up))
        .routes(routes!(control::control))
        .routes(routes!(listen::recording))
        .routes(routes!(listen::voicemail))
        .routes(routes!(control::targets))
        .routes(routes!(web_phone::read))
        .routes(routes!(follow_ups::list))
        .routes(routes!(follow_ups::set_done))
        .routes(routes!(follow_ups::give))
        .routes(routes!(messages::list))
        .routes(routes!(messages::counts))
        .routes(routes!(messages::take))
        .routes(routes!(messages::give_back))
        .routes(routes!(messages::finish))
        .routes(routes!(messages::reopen))
        .routes(routes!(people::search, people::create))
        .routes(routes!(people::read, people::change))
        .routes(routes!(people::activities))
        .routes(routes!(people::cases))
        .routes(routes!(people::contacts))
        .routes(routes!(cases::search, cases::create))
        .routes(routes!(cases::read, cases::change))
        .routes(routes!(cases::activities))
        .routes(routes!(centre::read, centre::change))
        .routes(routes!(centre::audit))
        .routes(routes!(dry_run::try_out))
        .routes(routes!(attention::read))
        .routes(routes!(crm::read))
        .routes(routes!(crm::stuck_list))
        .routes(routes!(crm::record))
        .routes(routes!(crm::again))
        .routes(routes!(crm::leave))
        .routes(routes!(crm::take))
        .routes(routes!(crm::mend_person))
        .routes(routes!(crm::mend_case))
        .routes(routes!(crm_consent::connect))
        .routes(routes!(crm_consent::disconnect))
        .routes(routes!(crm_phones::read, crm_phones::choose))
        .routes(routes!(crm::users))
        .routes(routes!(crm::choose_user))
        .routes(routes!(crm::examine))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::change, webhooks::remove))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::replay_one))
        .routes(routes!(webhooks::replay))
        .routes(routes!(ring_groups::list))
        .routes(routes!(activities::list))
        .routes(routes!(activities::read))
        .routes(routes!(export::activities_csv))
        .routes(routes!(export::activities_parquet))
        .routes(routes!(export::tables))
        .routes(routes!(export::whole))
        .merge(tables())
        .routes(routes!(views::list, views::create))
        .routes(routes!(views::change, views::remove))
        .routes(routes!(views::begin_with))
        .routes(routes!(bulk::matching))
        .routes(routes!(bulk::preview))
        .routes(routes!(bulk::list, bulk::begin))
        .routes(routes!(bulk::read))
        .routes(routes!(bulk::go_on))
        .routes(routes!(bulk::put_back))
        .routes(routes!(corrections::correct))
        .routes(routes!(corrections::undo))
        .routes(routes!(reports::dispositions))
        .routes(routes!(reports::dispositions_file))
        .routes(routes!(call_counts::calls))
        .routes(routes!(service::service))
        .routes(routes!(saved_reports::list, saved_reports::create))
        .routes(routes!(saved_reports::change, saved_reports::remove))
        .routes(routes!(saved_reports::mails, saved_reports::mail_now))
        .routes(routes!(saved_reports::test))
        .routes(routes!(review::read))
        .routes(routes!(agent_times::read))
        .routes(routes!(agent_times::file))
        .routes(routes!(floor::read))
        .routes(routes!(floor::listen))
        .routes(routes!(dispositions::list, dispositions::create_set))
        .routes(routes!(dispositions::change_set))
        .routes(routes!(dispositions::add))
        .routes(routes!(dispositions::change))
        .routes(routes!(dispositions::reorder))
        .routes(routes!(code_file::export))
        .routes(routes!(code_file::import))
        .routes(routes!(code_picklist::objects))
        .routes(routes!(code_picklist::fields))
        .routes(routes!(code_picklist::look))
        .routes(routes!(dispositions::merge))
        .routes(routes!(dispositions::split))
        .routes(routes!(completeness::read))
        .routes(routes!(completeness::missing))
        .routes(routes!(completeness::make))
        .routes(routes!(completeness::mend))
        .routes(routes!(completeness_crm::compare))
        .routes(routes!(completeness_crm::again))
        .routes(routes!(completeness::list_files, completeness::upload))
        .routes(routes!(imports::list, imports::upload))
        .routes(routes!(imports::read, imports::remove))
        .routes(routes!(imports::change))
        .routes(routes!(imports::preview))
        .routes(routes!(imports::step))
        .routes(routes!(imports::refused))
}

/// Tables that pages hand over to have them made into files are larger than what is asked otherwise.
fn tables() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(export::shown)).layer(DefaultBodyLimit::max(MAX_TABLE_BYTES))
}

/// The OpenAPI document.
pub fn openapi() -> Document {
    OpenApiRouter::new().nest("/api/v1", api()).split_for_parts().1
}

/// Everything that is served.
pub fn router(app: Arc<App>) -> Router {
    let (api, document) = OpenApiRouter::new().nest("/api/v1", api()).split_for_parts();
    let document = Arc::new(document);
    let openapi = get(move || {
        let document = Arc::clone(&document);
        async move { axum::Json(document.as_ref().clone()) }
    });
    Router::new()
        .merge(api)
        .route("/api/v1/openapi.json", openapi)
        .route("/api/v1/live", get(live::connect))
        .route(crm_consent::CALLBACK, get(crm_consent::callback))
        .route("/hooks/v1/{source}", post(hooks::signed::take))
        .route("/hooks/twilio/{source}/voice", post(hooks::twilio::voice))
        .route("/hooks/twilio/{source}/taskrouter", post(hooks::twilio::taskrouter))
        .route("/hooks/zammad/{token}", post(hooks::zammad::take))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(assets::serve)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), limits::guard))
        .layer(middleware::from_fn(session_frame::let_frames_ask))
        .layer(middleware::map_response(common_headers))
        .with_state(app)
}

/// Headers that every answer carries.
async fn common_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // Pages and assets say themselves how long they are good; nothing else is kept by anybody.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
