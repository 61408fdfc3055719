import { ProxyError } from '../errors.ts';
import type { Change } from '../live/config-store.ts';
import type { ManagementContext, ManagementRequest } from './management-route.ts';

/** What every write answers. */
export interface WriteAnswer {
  readonly status: 'ok';
  readonly persisted: boolean;
  /** Why it is not persisted. */
  readonly reason?: string;
  readonly revision: number;
  /** Keys whose new value counts from the next start on. */
  readonly 'restart-needed'?: readonly string[];
}

export const writeAnswer = ({ persistence, generation, restartNeeded }: Change): WriteAnswer => ({
  status: 'ok',
  ...persistence,
  revision: generation.revision,
  ...(restartNeeded.length > 0 && { 'restart-needed': restartNeeded }),
});

/** Edits the configuration's text and says what became of it. */
export const change = async ({ store }: ManagementContext, edit: (text: string) => string): Promise<WriteAnswer> =>
  writeAnswer(await store.change(edit));

const invalidBody = (expected: string): ProxyError => new ProxyError('invalid-request', `invalid body: expected ${expected}`);

/** The JSON body. @throws ProxyError when it is none. */
export const jsonBody = ({ text }: ManagementRequest): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidBody('JSON');
  }
};

/** The JSON body as a mapping. @throws ProxyError when it is none. */
export const mappingBody = (request: ManagementRequest): Readonly<Record<string, unknown>> => {
  const body = jsonBody(request);
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw invalidBody('a JSON object');
  return body as Readonly<Record<string, unknown>>;
};

/** `{"value": …}` @throws ProxyError when there is none. */
export const valueBody = (request: ManagementRequest): unknown => {
  const body = mappingBody(request);
  if (body.value === undefined || body.value === null) throw invalidBody('{"value": …}');
  return body.value;
};

/** A list, as it is or as `{"items": […]}`, which the page's product takes too. */
export const listBody = (request: ManagementRequest): readonly unknown[] => {
  const body = jsonBody(request);
  const list = Array.isArray(body) ? (body as readonly unknown[]) : (body as { readonly items?: unknown } | null)?.items;
  if (!Array.isArray(list)) throw invalidBody('a list');
  return list as readonly unknown[];
};
