import { startIn, type ProcessResult, type Question } from '#scenarios/kit/actions/process';
import { CLIENT_KEY, cannotTell, deviates, holds, type CallerSight, type Cell, type Reading } from '#scenarios/kit/index';

/** A start belongs to no dialect. */
export const cells: readonly Cell[] = [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }];

/** The one model of the configuration with which targets are started. */
export const modelOfTheFile = 'gpt-4.1-mini';

/** The page's first two checks. */
export const firstQuestions = {
  health: { path: '/health' },
  models: { path: '/v1/models', headers: { authorization: `Bearer ${CLIENT_KEY}` } },
} as const satisfies Readonly<Record<string, Question>>;

/** Why only liars show it, for scenarios of what is said of a start that is refused. */
export const neverLies =
  'no unit and no configuration makes the reference proxy end with 0 or claim a success; the kill matrix starts programs that do';

/** Wide enough for all problems of one file. */
const lastLines = 40;

/** What it said last, as an operator would read it. */
const lastWords = ({ lines }: ProcessResult): string =>
  lines
    .slice(-lastLines)
    .map(({ text }) => text)
    .join('\n');

const inWords = (start: ProcessResult): string => {
  const end = start.ended === undefined ? '' : `, exit code ${start.ended.code ?? start.ended.signal}`;
  return `${start.came}${end}: ${lastWords(start).slice(-400)}`;
};

const ofStart = (sight: CallerSight, judge: (start: ProcessResult) => Reading): Reading => {
  const start = startIn(sight);
  return start === undefined ? cannotTell('not-exercised', 'nothing was started') : judge(start);
};

const when = (fulfilled: boolean, expected: unknown, start: ProcessResult): Reading =>
  fulfilled ? holds() : deviates({ expected, actual: inWords(start) });

/** Holds for a program that ended by itself with an exit code by which supervisors notice. */
export const endsWithAFailure = (sight: CallerSight): Reading =>
  ofStart(sight, (start) =>
    when(start.ended?.code !== undefined && (start.ended.code ?? 0) !== 0, 'an end by itself with an exit code other than 0', start),
  );

/** Holds for a program that ended by itself, whatever its exit code. */
export const ends = (sight: CallerSight): Reading =>
  ofStart(sight, (start) => when(start.came === 'ended', 'an end, rather than a process without a listener', start));

/** Holds for a program that did not say that it is ready. */
export const claimsNoSuccess = (sight: CallerSight): Reading =>
  ofStart(sight, (start) => when(start.came !== 'ready', 'no word of success', start));

/** Holds when what it said last before its end matches all patterns. */
export const endsSaying = (sight: CallerSight, ...patterns: readonly RegExp[]): Reading =>
  ofStart(sight, (start) => {
    const missing = patterns.filter((pattern) => !pattern.test(lastWords(start)));
    return when(start.ended !== undefined && missing.length === 0, `last words that match ${missing.map(String).join(' and ')}`, start);
  });

/** Holds when nothing that it said has any of these texts. */
export const keepsSecret = (sight: CallerSight, ...secrets: readonly string[]): Reading =>
  ofStart(sight, (start) => {
    const told = secrets.filter((secret) => start.lines.some(({ text }) => text.includes(secret)));
    const saidSomething = start.lines.length > 0;
    return saidSomething && told.length === 0 ? holds() : deviates({ expected: 'words without a secret', actual: { told, saidSomething } });
  });

/** Holds for a program whose word of success is true: it is its own listener that takes the connection. */
export const meansItsSuccess = (sight: CallerSight): Reading =>
  ofStart(sight, (start) =>
    start.came === 'ready' && start.answeredBy !== 'program'
      ? deviates({ expected: 'a listener of its own at the address that it says', actual: start.answeredBy })
      : holds(),
  );

const statusOf = (json: unknown): unknown => (json as { readonly status?: unknown } | null | undefined)?.status;

/** Holds for a program that listens and says that it lives. */
export const answersHealth = (sight: CallerSight): Reading =>
  ofStart(sight, (start) => {
    const { health } = start.answers;
    return when(start.answeredBy === 'program' && health?.status === 200 && statusOf(health.json) === 'ok', '200 status ok', start);
  });

/** The ids of its model list. */
const modelsListed = ({ answers }: ProcessResult): readonly unknown[] => {
  const { data } = (answers['models']?.json ?? {}) as { readonly data?: unknown };
  return Array.isArray(data) ? data.map((model) => (model as { readonly id?: unknown } | null)?.id) : [];
};

/** Holds for a program that lists exactly these models to a caller with the key. */
export const listsExactly = (sight: CallerSight, ...ids: readonly string[]): Reading =>
  ofStart(sight, (start) => {
    const listed = modelsListed(start);
    return JSON.stringify(listed) === JSON.stringify(ids)
      ? holds()
      : deviates({ expected: ids, actual: start.came === 'ready' ? listed : inWords(start) });
  });

/** Holds when whoever asks as `stranger` is refused for want of a key. */
export const refusesStranger = (sight: CallerSight): Reading =>
  ofStart(sight, (start) => {
    const status = start.answers['stranger']?.status;
    return status === 401 ? holds() : deviates({ expected: 401, actual: status ?? inWords(start) });
  });

/** Holds for a program that ran until it was told to end, and then ended in good order. */
export const endsWhenTold = (sight: CallerSight): Reading =>
  ofStart(sight, (start) =>
    when(start.came === 'ready' && start.stopped?.code === 0 && !start.stopped.killed, 'exit code 0 after SIGTERM', start),
  );

/** Holds for a program that left nothing when it ended. */
export const leavesNothing = (sight: CallerSight): Reading =>
  ofStart(sight, ({ leftBehind }) =>
    leftBehind.length === 0 ? holds() : deviates({ expected: 'nothing left of it', actual: leftBehind }),
  );

/** Holds when a line that says where it listens has all that `about` picks from the start. */
export const logsAtStart = (sight: CallerSight, about: (start: ProcessResult) => string | undefined): Reading =>
  ofStart(sight, (start) => {
    const wanted = about(start);
    const found = start.lines.some(({ text }) => /listening/i.test(text) && wanted !== undefined && text.includes(wanted));
    return when(found, `a line about listening with ${wanted ?? 'what the file has'}`, start);
  });

/** Holds when `pick` finds in the management API's configuration what `wanted` finds in the start. */
export const managementTells = (sight: CallerSight, name: string, wanted: (start: ProcessResult) => string | undefined): Reading =>
  ofStart(sight, (start) => {
    const { wireproof = {} } = (start.answers['management']?.json ?? {}) as { readonly wireproof?: Readonly<Record<string, unknown>> };
    const expected = wanted(start);
    const actual = wireproof[name];
    return expected !== undefined && actual === expected
      ? holds()
      : deviates({ expected: { [name]: expected }, actual: actual ?? inWords(start) });
  });

/** What a message about a file begins with: file and line, or file and key. */
const places = ({ lines }: ProcessResult): readonly string[] => [
  ...new Set(lines.flatMap(({ text }) => text.match(/\{folder\}\/[\w./-]+(?::\d+:\d+|: [\w.[\]-]+)?/g) ?? [])),
];

/** Holds when a check of the configuration fails too, and names every place that the refused start named. */
export const checkSaysTheSame = (refused: CallerSight, checked: CallerSight): Reading =>
  ofStart(refused, (start) =>
    ofStart(checked, (check) => {
      const missing = places(start).filter((place) => !places(check).includes(place));
      const fails = check.ended !== undefined && (check.ended.code ?? 0) !== 0;
      return fails && places(start).length > 0 && missing.length === 0
        ? holds()
        : deviates({ expected: { failure: true, places: places(start) }, actual: inWords(check) });
    }),
  );
