/** How callers were served: docs/api-reports.md, “How callers were served”. */
export type ServiceCounts = {
  /** All but short abandons. */
  offered: number;
  answered: number;
  in_time: number;
  lost: number;
  voicemail: number;
  short_abandoned: number;
  /** Together they are those that were answered. */
  first_call: { settled: number; repeated: number; too_new: number; withheld: number };
};

export type ServicePeriod = ServiceCounts & { from: string; hour: number | null };
export type ServiceGroup = ServiceCounts & { key: string | null; name: string | null; answer_within_s: number };

export type Service = {
  from: string;
  until: string;
  zone: string;
  as_of: string;
  answer_within_s: number;
  repeat_days: number;
  whole: ServiceCounts;
  periods: ServicePeriod[];
  ring_groups: ServiceGroup[];
};

/** By what it is measured, as admins set it. */
export type ServicePolicy = { answer_within_s: number; repeat_days: number };
