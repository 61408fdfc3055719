import {
  cannotTell,
  CLIENT_KEY,
  deviates,
  holds,
  inShort,
  probe,
  type CallerSight,
  type Cell,
  type Probe,
  type Reading,
  type ShownKey,
} from '#scenarios/kit/index';

/** The key that the scenarios configure: a live target's own is nobody's business here. */
export const managementKey = 'wireproof-management-key-of-the-suite';
export const wrongKey = 'wireproof-management-key-that-is-wrong';

/** The management API belongs to no dialect; errors of models are not looked at. */
export const cells: readonly Cell[] = [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }];

export const noKey: ShownKey = {};
export const shown = (key: string): ShownKey => ({ headers: { 'x-management-key': key } });
export const asBearer = (key: string): ShownKey => ({ headers: { authorization: `Bearer ${key}` } });
export const clientKey = asBearer(CLIENT_KEY);

type Options = Partial<Pick<Probe, 'after' | 'credential' | 'headers' | 'laterMs'>>;

/** Asks the management API, without a key unless one is shown. */
export const manage = (path: string, options: Options = {}): Probe =>
  probe({ dialect: 'openai-chat', method: 'GET', path: `/v0/management/${path}`, credential: noKey, ...options });

export const listing = (options: Options = {}): Probe => probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', ...options });

const tree = ({ json }: CallerSight): Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Readonly<Record<string, unknown>>) : {};

/** Holds for the configuration in force, in config.yaml's names. */
export const showsConfiguration = (sight: CallerSight): Reading =>
  sight.status === 200 && 'remote-management' in tree(sight)
    ? holds()
    : deviates({ expected: '200 with the configuration', actual: inShort(sight) });

/** Holds for this status with the management API's own error in words that match. */
export const refusedWith = (sight: CallerSight, status: number, words: RegExp): Reading => {
  const { error } = tree(sight);
  return sight.status === status && typeof error === 'string' && words.test(error)
    ? holds()
    : deviates({ expected: `${status} {"error": … ${words.source} …}`, actual: inShort(sight) });
};

export const listsModels = (sight: CallerSight): Reading =>
  sight.status === 200 && Array.isArray(tree(sight)['data']) ? holds() : deviates({ expected: 'a model list', actual: inShort(sight) });

/** What a 404 comes from, as far as it shows. */
const whose404 = (sight: CallerSight): string =>
  sight.headers['content-type']?.startsWith('text/html') === true
    ? 'an HTML page: a server in front of the proxy answers, which forwards only part of the paths'
    : 'switched off: remote-management.secret-key is empty';

/**
 * Whether the management API is switched on, from its one endpoint that wants no key and counts no failure (sheet X2 f). Builds before
 * v7.2.23 do not have it, and tell everybody "404 page not found".
 */
export const isThere = (sight: CallerSight): Reading => {
  if (sight.status === 0) return cannotTell('no-answer', inShort(sight));
  if (sight.status === 404 && /^404 page not found\s*$/.test(sight.bodyText)) {
    return cannotTell('not-visible-here', 'this build has no endpoint that tells without a key');
  }
  if (sight.status === 404) return deviates({ expected: 'anything but 404', actual: inShort(sight), evidence: whose404(sight) });
  return [400, 401, 403].includes(sight.status)
    ? holds()
    : deviates({ expected: '400, or 401 or 403 for want of a key', actual: inShort(sight) });
};
