import type { Dialect } from '../dialects/dialect.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import type { ReplyHeaders } from '../relay/reply-headers.ts';
import type { Refusal } from '../relay/sink.ts';

export type Tree = Readonly<Record<string, unknown>>;

/** A JSON object, or `undefined` for anything else. */
export const asTree = (value: unknown): Tree | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Tree) : undefined;

const errorIn = (dialect: Dialect, info: ErrorInfo, untouched: string | undefined): unknown =>
  asTree(untouched === undefined ? dialect.encodeError(info) : (JSON.parse(untouched) as unknown))?.error;

/**
 * The frame that stands for an error answer (sheet X4): the envelope that HTTP would have had, with its status and the headers that
 * say when to come back and what to quote to the vendor.
 */
export const errorFrame = ({ dialect, info, untouched, headers = {} }: Refusal): string => {
  const retryAfter: ReplyHeaders = info.retryAfterSeconds === undefined ? {} : { 'retry-after': String(info.retryAfterSeconds) };
  const told = { ...retryAfter, ...headers };
  const error = errorIn(dialect, info, untouched);
  return JSON.stringify({ type: 'error', status: info.status, error, ...(Object.keys(told).length > 0 && { headers: told }) });
};
