import type { ApiError } from '../../lib/api/errors';

/**
 * Does one change of sets or codes and shows them as they then are. What was refused is said at the top of the page,
 * and answered by false; where `inForm` says that it belongs to an open form it is thrown back there.
 */
export type Change = (work: () => Promise<unknown>, inForm: (error: ApiError) => boolean) => Promise<boolean>;

export const ofField = (error: ApiError): boolean => error.field !== null;
export const never = (): boolean => false;
