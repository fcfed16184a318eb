/** What the centre means to reach, as admins set it: docs/api-reports.md, “Targets”. Null each: nothing was set. */
export type Targets = {
  /** Calls whose wrap-up is over without a code, in percent of all whose wrap-up is over. */
  undispositioned_percent: number | null;
  /** Lost calls, in percent of the calls of customers. */
  lost_percent: number | null;
  /** What nine of ten After Call Works are to stay below, in seconds. */
  acw_p90_s: number | null;
};
