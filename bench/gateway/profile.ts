/** A profile as V8 writes it (`node --cpu-prof`), as far as it is read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber?: number;
    };
  }[];
  readonly samples: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[];
  /** Microseconds of the clock that `process.hrtime` shows, too. */
  readonly startTime: number;
}

export interface HotPlace {
  readonly name: string;
  /** Without the part of the path that all share. */
  readonly where: string;
  /** Of the time in which the processor was busy. */
  readonly share: number;
}

const idle = new Set(['(idle)', '(root)']);

/** Native code that no JavaScript has called: of no use to a list of functions. */
const native = '(program)';

/** `…/node_modules/undici/lib/x.js` to `undici/lib/x.js`, a file of the build to its path in it. */
const shortened = (url: string): string =>
  url
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/dist\//, '')
    .replace(/^file:\/\//, '');

interface Spent {
  readonly name: string;
  readonly where: string;
  readonly micros: number;
}

/** Busy time by function since then; the sum is the whole of it, native code that no function called included. */
const spentSince = ({ nodes, samples, timeDeltas, startTime }: CpuProfile, sinceMicros: number): readonly Spent[] => {
  const places = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      { name: functionName === '' ? '(anonymous)' : functionName, where: url === '' ? '' : `${shortened(url)}:${lineNumber + 1}` },
    ]),
  );
  const spent = new Map<string, Spent>();
  let now = startTime;
  for (const [index, id] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0;
    now += micros;
    const place = places.get(id);
    if (place === undefined || now < sinceMicros || idle.has(place.name)) continue;
    const key = `${place.name} ${place.where}`;
    spent.set(key, { ...place, micros: micros + (spent.get(key)?.micros ?? 0) });
  }
  return [...spent.values()];
};

const busyIn = (spent: readonly Spent[]): number => spent.reduce((sum, { micros }) => sum + micros, 0);

/** Where the time went since `sinceMicros`, the hottest first. By function (name, file and line); what it called is not in it. */
export const hotPlaces = (profile: CpuProfile, sinceMicros: number, top: number): readonly HotPlace[] => {
  const spent = spentSince(profile, sinceMicros).filter(({ name }) => name !== native);
  const busy = busyIn(spent);
  return spent
    .toSorted((a, b) => b.micros - a.micros)
    .slice(0, top)
    .map(({ name, where, micros }) => ({ name, where, share: micros / busy }));
};

/** `proxy/relay/send.js:3` to `proxy/relay`; another package to its name. */
const areaOf = ({ name, where }: Spent): string => {
  if (where === '') return name.startsWith('(') ? name : 'natives';
  if (where.startsWith('node:')) return 'node';
  const [first = '', second = ''] = where.split('/');
  const ours = ['proxy', 'conformance', 'fixtures', 'scenarios'].includes(first);
  return ours || first.startsWith('@') ? `${first}/${second.replace(/:\d+$/, '')}` : first;
};

export interface HotArea {
  readonly area: string;
  readonly share: number;
}

/** The same by folder and package, with the native code (HTTP parser, sockets, event loop) as `(program)`. */
export const hotAreas = (profile: CpuProfile, sinceMicros: number): readonly HotArea[] => {
  const spent = spentSince(profile, sinceMicros);
  const busy = busyIn(spent);
  const areas = new Map<string, number>();
  for (const one of spent) areas.set(areaOf(one), (areas.get(areaOf(one)) ?? 0) + one.micros);
  return [...areas].map(([area, micros]) => ({ area, share: micros / busy })).toSorted((a, b) => b.share - a.share);
};
