import { SERVER_ERROR_CODES, type ErrorCode } from './error-codes';

export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly status: number,
    readonly field: string | null = null,
    readonly detail: Record<string, unknown> = {},
    readonly trace: string | null = null,
  ) {
    super(code);
    this.name = 'ApiError';
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get passing(): boolean {
    return this.code === 'unreachable' || this.code === 'unavailable' || this.code === 'internal';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKnown(code: unknown): code is ErrorCode {
  return SERVER_ERROR_CODES.some((known) => known === code);
}

/** A proxy may answer in the server's place: whatever is not of our form counts by its status. */
export function errorFrom(status: number, body: unknown): ApiError {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
  const fallback: ErrorCode = status === 404 ? 'not_found' : status === 503 || status === 502 || status === 504 ? 'unavailable' : 'internal';
  const detail = isObject(error['detail']) ? error['detail'] : {};
  const trace = error['trace'] ?? detail['trace'];
  return new ApiError(
    isKnown(error['code']) ? error['code'] : fallback,
    status,
    typeof error['field'] === 'string' ? error['field'] : null,
    detail,
    typeof trace === 'string' ? trace : null,
  );
}

export function asApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError('unreachable', 0);
}
