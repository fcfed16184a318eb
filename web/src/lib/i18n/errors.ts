import type { InvalidReason } from '../api/error-codes';
import type { ApiError } from '../api/errors';
import { language } from './language.svelte';

/** What happened and what to do, in the reader's language. */
export function errorText(error: ApiError): string {
  const { errors } = language.t;
  if (error.code === 'internal') return errors.internal(error.trace);
  if (error.code === 'too_many_attempts') return errors.too_many_attempts(Number(error.detail['retry_after_s'] ?? 60));
  if (error.code === 'crm_failed') return errors.crm_failed(language.t.crm.why[String(error.detail['why'])] ?? '');
  if (error.code === 'invalid') {
    const reason = String(error.detail['reason']);
    return reason in errors.invalid ? errors.invalid[reason as InvalidReason] : errors.invalid.other;
  }
  return errors[error.code];
}

/** A text that is made when it is shown, so that it follows the reader's language. */
export type Words = () => string;

export function errorWords(error: ApiError): Words {
  return () => errorText(error);
}
