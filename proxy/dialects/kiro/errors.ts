import type { ErrorInfo } from '../../ir/chat.ts';
import { asObject, asText, present } from '../reading.ts';

/** AWS writes types as `namespace#ThrottlingException`, sometimes with `:http://…` behind. */
const shortType = (type: string | undefined): string | undefined => type?.split('#').at(-1)?.split(':')[0];

/** Reads `{"message", "reason"?, "__type"?}` (row 16 (b) 3); the reason says more than the type. */
export const decodeError = (status: number, wire: unknown): ErrorInfo | undefined => {
  const body = asObject(wire);
  const message = asText(body?.['message']) ?? asText(body?.['Message']);
  if (body === undefined || message === undefined) return undefined;
  const type = shortType(asText(body['__type']));
  return { status, message, ...present({ type, code: asText(body['reason']) ?? type }) };
};

const statusByType: Readonly<Record<string, number>> = {
  ThrottlingException: 429,
  ServiceQuotaExceededException: 402,
  AccessDeniedException: 403,
  ValidationException: 400,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
};

/** An exception that came inside of a stream, whose HTTP status was 200 already. */
export const decodeException = (type: string, wire: unknown): ErrorInfo => {
  const status = statusByType[type] ?? 502;
  const said = decodeError(status, wire) ?? { status, message: `the upstream's stream ended with ${type}` };
  return { ...said, type, code: said.code ?? type };
};
