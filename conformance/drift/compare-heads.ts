import type { SeenChange } from './change.ts';
import { isObject } from './places.ts';
import type { Sample } from './sample.ts';

/** Differences outside of a body's shape: status, headers, error codes, form, ending, pieces. */

type Draft = Omit<SeenChange, 'surface'>;

/** What belongs to the connection or is chance by nature. */
const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'date',
  'age',
  'via',
  'set-cookie',
  // Bodies are compared as they are without it, and whoever asks anew asks for none.
  'content-encoding',
]);

/** Headers by which clients act. */
const actedOn: ReadonlySet<string> = new Set(['content-type', 'retry-after', 'www-authenticate']);

const mediaType = ({ headers }: Sample): string => (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
const namesOf = ({ headers }: Sample): readonly string[] => Object.keys(headers).filter((name) => !ofTheConnection.has(name));

const headerChanges = (sample: Sample, baseline: readonly Sample[]): readonly Draft[] => {
  const before = new Set(baseline.flatMap(namesOf));
  const always = [...before].filter((name) => baseline.every(({ headers }) => name in headers));
  const lost = always.filter((name) => !(name in sample.headers));
  const added = namesOf(sample).filter((name) => !before.has(name));
  const types = new Set(baseline.map(mediaType));
  const otherType = mediaType(sample) !== '' && !types.has('') && !types.has(mediaType(sample));
  return [
    ...lost.map((name): Draft => ({
      kind: 'header-lost',
      severity: actedOn.has(name) ? 'breaking' : 'cosmetic',
      path: `headers.${name}`,
      what: 'it is gone',
      before: baseline[0]?.headers[name],
    })),
    ...added.map((name): Draft => ({
      kind: 'header-added',
      severity: 'additive',
      path: `headers.${name}`,
      what: 'it is new',
      after: sample.headers[name],
    })),
    ...(otherType
      ? [
          {
            kind: 'header-changed',
            severity: 'breaking',
            path: 'headers.content-type',
            what: `${mediaType(sample)} where ${[...types].sort().join(' or ')} was`,
            before: baseline[0]?.headers['content-type'],
            after: sample.headers['content-type'],
          } satisfies Draft,
        ]
      : []),
  ];
};

const codes = ['type', 'code', 'status', 'reason'];

/** The words and numbers by which clients tell errors apart: `type=rate_limit_error code=null`. */
const errorSignature = ({ body }: Sample): string => {
  if (body.form !== 'json' || !isObject(body.value)) return '';
  const inner = body.value['error'];
  const error = isObject(inner) ? inner : body.value;
  return codes.flatMap((name) => (name in error ? [`${name}=${JSON.stringify(error[name])}`] : [])).join(' ');
};

const errorChanges = (sample: Sample, baseline: readonly Sample[]): readonly Draft[] => {
  const signature = errorSignature(sample);
  const before = [...new Set(baseline.map(errorSignature))].sort();
  if (sample.status < 400 || before.includes(signature)) return [];
  const shown = (one: string): string => (one === '' ? 'no code' : one);
  const what = `${shown(signature)} where ${before.map(shown).join(' or ')} was`;
  return [{ kind: 'error-changed', severity: 'breaking', path: 'body.error', what, before: before[0], after: signature }];
};

const only = (
  kind: SeenChange['kind'],
  path: string,
  severity: SeenChange['severity'],
  before: ReadonlySet<string>,
  after: string,
): readonly Draft[] =>
  before.has(after)
    ? []
    : [{ kind, severity, path, what: `${after} where ${[...before].sort().join(' or ')} was`, before: [...before][0], after }];

const fewestEvents = 4;

/** Whether a stream came as one; undefined where there is too little of it to tell. */
const deliveryOf = ({ body, pieces }: Sample): string | undefined => {
  if (body.form !== 'events' || body.events.length < fewestEvents) return undefined;
  return pieces === 1 ? 'all events at once' : 'piece by piece';
};

const deliveryChanges = (sample: Sample, baseline: readonly Sample[]): readonly Draft[] => {
  const before = new Set(baseline.flatMap((one) => deliveryOf(one) ?? []));
  const after = deliveryOf(sample);
  return after === undefined || before.size === 0 ? [] : only('chunking-changed', 'pieces', 'cosmetic', before, after);
};

export const compareHeads = (sample: Sample, baseline: readonly Sample[]): readonly Draft[] => [
  ...only('status-changed', 'status', 'breaking', new Set(baseline.map(({ status }) => String(status))), String(sample.status)),
  ...headerChanges(sample, baseline),
  ...errorChanges(sample, baseline),
  ...only('body-form-changed', 'body', 'breaking', new Set(baseline.map(({ body }) => body.form)), sample.body.form),
  ...only('ending-changed', 'ends', 'breaking', new Set(baseline.map(({ ends }) => ends)), sample.ends),
  ...deliveryChanges(sample, baseline),
];
