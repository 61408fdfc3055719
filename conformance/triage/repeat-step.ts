import { redactor, type Redact } from '../engine/redact.ts';
import { repeatLine } from '../engine/repeat.ts';
import { printable, shortened } from '../reporters/printable.ts';
import { evidenceOf } from './evidence.ts';
import type { Answered } from './session.ts';
import type { Triage } from './triage.ts';

/** Takes the keys out of what the target says, and anything that looks like one. */
export const redactFor = ({ target, directTarget }: Pick<Triage, 'target' | 'directTarget'>): Redact =>
  redactor([target.clientKey ?? '', directTarget?.clientKey ?? '']);

const longest = 600;

/** A text of the target on one line that does nothing to a terminal, without keys. */
export const shownText = (triage: Pick<Triage, 'target' | 'directTarget'>, text: string): string =>
  shortened(printable(redactFor(triage)(text)), longest);

export const answerText = (triage: Triage, answered: Answered): string => shownText(triage, evidenceOf(answered).replace(/^.*? → /, ''));

/** The `curl` line that sends the question again, the key as a variable. */
export const curlOf = (triage: Triage, { question, sight }: Answered): string => {
  const target = question.at === 'direct' ? (triage.directTarget ?? triage.target) : triage.target;
  const cell = { client: question.probe.dialect, upstream: 'openai-chat', stream: question.probe.stream } as const;
  const setting = { target, cell, addressStays: true, redact: redactFor(triage), otherwise: 'wireproof triage' };
  return repeatLine({ probe: question.probe, token: sight.token }, setting).line;
};
