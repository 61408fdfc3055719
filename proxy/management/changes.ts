import { ProxyError } from '../errors.ts';
import { UnsavedError } from '../live/config-store.ts';
import type { Change, ConfigStore } from '../live/config-store.ts';
import { writeFault } from '../live/write-faults.ts';
import { tryOutBeside } from '../personas/acting/empty-and-fill.ts';
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

/** A disk that refuses is the server's failure in the words of the page's product. */
const unsaved = (message: string): ProxyError => new ProxyError('not-writable', message, { status: 500 });

/** The builds always have a file; a proxy without one has nothing that could fail. */
const isTold = ({ path }: ConfigStore, { management }: ManagementContext['persona']): boolean =>
  management.unsaved === 'told' || path === undefined;

/** Edits the configuration's text and says what became of it. */
export const change = async ({ store, persona }: ManagementContext, edit: (text: string) => string): Promise<WriteAnswer> => {
  const changed = await store.change(edit);
  const { persistence } = changed;
  if (isTold(store, persona) || persistence.persisted) return writeAnswer(changed);
  throw unsaved(`failed to save config: ${persistence.reason}`);
};

/** @throws ProxyError when there can be no file beside the configuration's. */
const triedOutBeside = (path: string): void => {
  try {
    tryOutBeside(path);
  } catch (error) {
    throw unsaved(`write_failed: ${writeFault(error)}`);
  }
};

/** As the builds put a whole new file in the old one's place: it is in force when it is on the disk, and only then. */
const replacedOrUnchanged = async (store: ConfigStore, text: string): Promise<Change> => {
  if (store.path !== undefined) triedOutBeside(store.path);
  try {
    return await store.replace(text, 'nothing-changes');
  } catch (error) {
    throw error instanceof UnsavedError ? unsaved(`write_failed: ${error.message}`) : error;
  }
};

/** Puts a whole new text in the place of the file and says what became of it. */
export const replace = async ({ store, persona }: ManagementContext, text: string): Promise<WriteAnswer> =>
  writeAnswer(await (isTold(store, persona) ? store.replace(text) : replacedOrUnchanged(store, text)));

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
