/** Limits of the server that a form can say before it sends (characters, not bytes). */
export const NOTES_MAX = 32_000;
export const LABEL_MAX = 80;
export const NAME_MAX = 200;
/** The name of a disposition set. */
export const SET_NAME_MAX = 80;
export const SUBJECT_MAX = 255;
export const PHONE_FIELDS_MAX = 8;
export const PHONE_MAX = 200;
/** A description of a Case is as long as notes may be. */
export const DESCRIPTION_MAX = 32_000;
export const PASSWORD_MIN = 8;

/** Limits of the centre's settings: a day for any time, and how much a list holds. */
export const CENTRE_SECONDS_MAX = 86_400;
/** Most wrap-ups that may wait for an agent. */
export const WAITING_MAX = 100;
/** Most wrap-ups that are finished at once. */
export const FINISH_MAX = 200;
/** A share in percent. */
export const PERCENT_MAX = 100;
/** Most days that a call is watched for another of the same number. */
export const REPEAT_DAYS_MAX = 90;
export const EXTENSIONS_MAX = 10;
/** A year, in hours. */
export const CORRECTION_HOURS_MAX = 8784;
export const OWN_NUMBERS_MAX = 2000;
export const AWAY_REASONS_MAX = 50;
export const AWAY_REASON_MAX = 80;
export const RING_GROUPS_MAX = 500;
export const RING_GROUP_KEY_MAX = 80;
export const RING_GROUP_NAME_MAX = 80;

/** Why an agent is released, in characters. */
export const RELEASE_REASON_MAX = 200;
/** Why a message needs nothing, in characters. */
export const MESSAGE_REASON_MAX = 200;
/** Why a call that is filed is put right, in characters. */
export const CORRECTION_REASON_MAX = 200;
/** Server time after which a click-to-dial that was never heard of again counts as not made. */
export const DIAL_SILENT_MS = 30_000;
/** Server time that a call which is over may take to become a wrap-up. */
export const DIAL_SETTLED_MS = 4000;
/** How long what the CRM has not taken yet goes without a word: most of it is there within seconds. */
export const CRM_WAITING_SHOWN_AFTER_MS = 60_000;
/** How often a panel that shows a code asks whether somebody has confirmed it. */
export const PAIRING_ASKED_EVERY_MS = 2000;
/** How long the page of a CRM may take to say who is signed in to it. */
export const ASSERTION_LIMIT_MS = 8000;
/** Pages of wrap-ups that are read at once, of 25 each; beyond it the oldest are shown. */
export const INBOX_PAGES_MAX = 10;

/** Days that a report can be of. */
export const REPORT_DAYS_MAX = 400;

/** Days over which times of agents are summed up. */
export const TIME_DAYS_MAX = 31;

/** Agents that the floor shows at first; the others come when they are asked for. */
export const FLOOR_ROWS = 200;

/** From this share of the limit on, a counter is shown. */
export const COUNTER_FROM = 0.9;

/** Records open at once; beyond it the oldest tab that holds nothing unsaved makes room. */
export const TABS_MAX = 20;
