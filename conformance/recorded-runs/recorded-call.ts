import type { SurfaceId } from '#fixtures/exchange';
import { decodeBody } from '#fixtures/upstreams/decode-body';
import { findToken } from '#fixtures/upstreams/read-request';
import type { Routing } from '#fixtures/upstreams/routing';

import type { Captured } from '../record/captured.ts';

/** An exchange that passed, and of which call it was. */
export interface RecordedCall {
  readonly captured: Captured;
  readonly surface: SurfaceId;
  /** The correlation token in its content: of one step of one arm. */
  readonly token: string;
}

const refusalField = 'x-wireproof-refusal';

/** The mocked upstreams' 501 for what has no script: it comes again without a recording. */
const isRefusal = ({ answer }: Captured): boolean => answer?.fields.some(([name]) => name.toLowerCase() === refusalField) ?? false;

const decodedBody = async ({ body, fields }: Captured['request']): Promise<Buffer> => {
  const encoding = fields.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
  if (body === undefined) return Buffer.alloc(0);
  // What cannot be decoded was refused by the mocked upstreams, too.
  return encoding === undefined ? body : decodeBody(body, encoding).catch(() => body);
};

/** `undefined` for what is no question to a surface: vendors of accounts, token endpoints, the control interface, and what was refused. */
export const asRecordedCall = async (captured: Captured, routing: Routing): Promise<RecordedCall | undefined> => {
  const { method, target } = captured.request;
  const match = routing.match(method, target);
  if (match === undefined || isRefusal(captured)) return undefined;
  const token = findToken(await decodedBody(captured.request)) ?? findToken(Buffer.from(target, 'latin1'));
  return token === undefined ? undefined : { captured, surface: match.surface, token };
};
