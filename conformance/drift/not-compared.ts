import { parseJson } from '#fixtures/parse-json';
import type { ServerSentEvent } from '#fixtures/sse';

import type { Baseline } from './compare.ts';
import { compareHeads } from './compare-heads.ts';
import { asAskedIn, by, poolOf } from './pools.ts';
import type { Sample, SampleBody } from './sample.ts';

/** What a comparison says nothing about: whether something changed there is not known. */

export interface NotCompared {
  /** Of a sample, or of a group. */
  readonly id: string;
  readonly because: string;
}

/** Why nothing can be read of a sample. */
const unreadable = ({ noAnswer, unread }: Sample): string | undefined => noAnswer ?? unread;

const isJson = ({ data }: ServerSentEvent): boolean => 'value' in parseJson(data);

/** What of a body is only counted; undefined where there is more of it to read. */
const textOf = (body: SampleBody): string | undefined => {
  if (body.form === 'other') return body.text;
  if (body.form === 'json' || body.events.some(isJson)) return undefined;
  return [...body.events.map(({ data }) => data), body.rest].join('\n\n');
};

const toldByItsHead: ReadonlySet<string> = new Set(['status-changed', 'body-form-changed']);

const whyNot = (sample: Sample, group: readonly Sample[], { pools }: Baseline): string | undefined => {
  if (compareHeads(sample, group).some(({ kind }) => toldByItsHead.has(kind))) return undefined;
  if (!pools.has(poolOf(sample))) return 'no answer of the baseline has its status together with its form';
  const text = textOf(sample.body);
  // Its ids and times cannot be told from what it says.
  return text === undefined || group.some(({ body }) => textOf(body) === text)
    ? undefined
    : 'nothing in its body is JSON, and it is other than before';
};

const ofFresh = (fresh: readonly Sample[], old: readonly Sample[], baseline: Baseline): readonly NotCompared[] => {
  const lost = new Map(old.map((sample) => [sample.group, unreadable(sample)]));
  return fresh.flatMap((sample) => {
    const group = baseline.groups.get(sample.group)?.samples;
    const was = lost.get(sample.group);
    const nothingThere = group === undefined && was !== undefined ? `nothing of the baseline's answer could be read: ${was}` : undefined;
    const because = sample.unread ?? (group === undefined ? nothingThere : whyNot(asAskedIn(group, sample), group, baseline));
    return because === undefined ? [] : [{ id: sample.id, because }];
  });
};

/** So that who counts new answers does not count these. */
const inTheBaseline = 'in the baseline, ';

const ofBaseline = (old: readonly Sample[], fresh: readonly Sample[], { groups }: Baseline): readonly NotCompared[] => {
  const answered = new Set(fresh.map(({ group }) => group));
  return old.flatMap((sample) => {
    const because = unreadable(sample);
    // A new answer to it says it.
    const isTold = !groups.has(sample.group) && answered.has(sample.group);
    return because === undefined || isTold ? [] : [{ id: sample.id, because: `${inTheBaseline}${because}` }];
  });
};

/** Whether it is about a new answer. */
export const isOfFresh = ({ because }: NotCompared): boolean => !because.startsWith(inTheBaseline);

const isError = ({ status }: Sample): boolean => status >= 400;

/** An upstream that fails again, as it once did, says nothing of the answers that it gave besides. */
const errorsOnly = (fresh: readonly Sample[], { groups }: Baseline): readonly NotCompared[] =>
  [...by(fresh, ({ group }) => group)].flatMap(([id, again]) => {
    const old = groups.get(id)?.samples ?? [];
    const known = new Set(old.map(({ status }) => status));
    const isHidden = old.some((sample) => !isError(sample)) && again.every((sample) => isError(sample) && known.has(sample.status));
    return isHidden ? [{ id, because: 'only errors came, where the baseline has answers, too' }] : [];
  });

/** Samples of which something was not compared, and why, those of the baseline first. New ones of no group that it knows are none of them. */
export const notComparedIn = (baseline: Baseline, old: readonly Sample[], fresh: readonly Sample[]): readonly NotCompared[] => {
  const answers = fresh.filter(({ noAnswer }) => noAnswer === undefined);
  return [...ofBaseline(old, answers, baseline), ...ofFresh(answers, old, baseline), ...errorsOnly(answers, baseline)];
};
