import {
  cannotTell,
  clientDialects,
  CLIENT_KEY,
  crossing,
  deviates,
  holds,
  inShort,
  probe,
  type CallerSight,
  type Cell,
  type ClientDialect,
  type Probe,
  type Reading,
  type ShownKey,
} from '#scenarios/kit/index';

/** A key that no deployment lists. */
export const unlistedKey = 'wireproof-key-that-nobody-lists';

/** The key's place in each vendor's own documentation. */
const ownHeader: Readonly<Record<ClientDialect, (key: string) => Readonly<Record<string, string>>>> = {
  'openai-chat': (key) => ({ authorization: `Bearer ${key}` }),
  'openai-responses': (key) => ({ authorization: `Bearer ${key}` }),
  'anthropic-messages': (key) => ({ 'x-api-key': key }),
  'gemini-generate': (key) => ({ 'x-goog-api-key': key }),
};

export const noKey: ShownKey = {};
/** This text where the caller's dialect has its key. */
export const shown = (cell: Cell, key: string): ShownKey => ({ headers: ownHeader[cell.client](key) });
/** What a slip of the hand, or a comparison of beginnings, would let in. */
export const nearlyRightKey = `${CLIENT_KEY}0`;

/** Each dialect in front of its own vendor and of a Chat Completions upstream: where the key is shown has nothing to do with what answers. */
export const accessCells: readonly Cell[] = clientDialects.flatMap((client) =>
  crossing({ clients: [client], upstreams: [...new Set([client, 'openai-chat'] as const)], streams: [false, true] }),
);

/** Model lists do not stream: they are judged in the plain cells only, which halves what a live target is asked. */
export const plain = { appliesTo: ({ stream }: Cell): boolean => !stream } as const;

/** Asks for the dialect's model list: it costs nothing, anywhere. */
export const listing = (cell: Cell, options: Partial<Pick<Probe, 'after' | 'credential' | 'headers'>> = {}): Probe =>
  probe({
    dialect: cell.client,
    method: 'GET',
    path: cell.client === 'gemini-generate' ? '/v1beta/models' : '/v1/models',
    ...options,
  });

const listIn = (json: unknown): readonly unknown[] | undefined => {
  const { data, models } = (json ?? {}) as { readonly data?: unknown; readonly models?: unknown };
  return [data, models].find((list): list is readonly unknown[] => Array.isArray(list));
};

/** Holds when the caller got a model list, which may be empty. */
export const accepted = (sight: CallerSight): Reading =>
  sight.status === 200 && listIn(sight.json) !== undefined ? holds() : deviates({ expected: 'a model list', actual: inShort(sight) });

/** Holds when the caller was turned away with 401 and JSON, in whatever envelope. */
export const turnedAway = (sight: CallerSight): Reading => {
  const isJson = typeof sight.json === 'object' && sight.json !== null;
  return sight.status === 401 && sight.end === 'complete' && isJson
    ? holds()
    : deviates({ expected: '401 with a JSON body', actual: inShort(sight) });
};

/** A refusal says nothing on a target that refuses everybody: the listed key has to open first. */
export const besideListedKey = (listed: CallerSight, judge: () => Reading): Reading =>
  accepted(listed).kind === 'holds' ? judge() : cannotTell('prerequisite-failed', `the listed key got ${inShort(listed)}`);

/**
 * An address that only this cell's caller has, as a gateway in front would tell it: what a proxy holds against that caller then cannot
 * touch another cell. From the range for documentation (RFC 5737).
 */
export const addressOf = ({ client, upstream, stream }: Cell): string => {
  const place = accessCells.findIndex((cell) => cell.client === client && cell.upstream === upstream && cell.stream === stream);
  return `203.0.113.${place + 1}`;
};
