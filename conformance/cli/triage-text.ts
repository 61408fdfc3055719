import { clientDialects } from '#scenarios/kit/cell';
import { rowName } from '#scenarios/kit/page-row';

import type { Palette } from '../reporters/palette.ts';
import { printable } from '../reporters/printable.ts';
import { counted } from '../reporters/words.ts';
import type { Confirmation } from './confirm-rows.ts';
import { wrapped } from '../text-layout.ts';
import { topics, type Topic } from '../triage/question.ts';
import { refusalOf } from '../triage/refusal.ts';
import { answerText, curlOf, shownText } from '../triage/repeat-step.ts';
import type { Answered, Limits } from '../triage/session.ts';
import type { Named } from '../triage/sign.ts';
import type { Triage } from '../triage/triage.ts';
import { isSure } from '../triage/verdict.ts';

const topicTitles: Readonly<Record<Topic, string>> = {
  health: 'Is it there?',
  auth: 'Does it take the key?',
  inventory: 'Which models, in which dialects?',
  management: 'Is there a management API?',
  providers: 'Do its providers answer?',
  streaming: 'Do streams come?',
};

/** What may be spent, told before anything is. */
export const priceText = ({ requests, tokens }: Limits, url: string): string =>
  tokens === 0
    ? `Asks ${url} at most ${requests} questions, none of which can be answered by generating.`
    : `Asks ${url} at most ${requests} questions; those to models have room for 16 or 32 tokens, and all together end at ${tokens} tokens.`;

const expectsRefusal = new Set([
  'nowhere',
  'compact-stream',
  'invented-effort',
  'models-without-key',
  'models-with-example-keys',
  'models-with-invented-key',
]);
const isDialect = (id: string): boolean => clientDialects.some((dialect) => dialect === id);

/** A tick means: answered, or refused where that is right; it is no judgement, which signs make. */
const markOf = (triage: Triage, answered: Answered, paint: Palette): string => {
  const { id } = answered.question;
  if (triage.named.some((each) => isSure(each) && each.questions.includes(id))) return paint.red('✗');
  if (triage.named.some((each) => each.questions.includes(id))) return paint.yellow('?');
  const isRight = isDialect(id) ? triage.dialects.some((dialect) => dialect === id) : expectsRefusal.has(id);
  return isRight || (!isDialect(id) && refusalOf(answered.sight) === undefined) ? paint.green('✓') : paint.dim('·');
};

const stepLine = (triage: Triage, answered: Answered, paint: Palette): string => {
  const { id, at } = answered.question;
  const pieces =
    answered.question.probe.stream && answered.reads > 0
      ? `, ${answered.sight.events.length} events in ${counted(answered.reads, 'read')}`
      : '';
  const where = at === 'direct' ? ' (direct)' : '';
  return `  ${markOf(triage, answered, paint)} ${shownText(triage, id)}${where}  ${paint.dim(`${answerText(triage, answered)}${pieces}`)}`;
};

const stepLines = (triage: Triage, paint: Palette): readonly string[] =>
  topics.flatMap((topic) => {
    const steps = triage.answers.filter(({ question }) => question.topic === topic);
    return steps.length === 0 ? [] : [paint.bold(topicTitles[topic]), ...steps.map((answered) => stepLine(triage, answered, paint))];
  });

const mostCurlLines = 4;

const placeOf = ({ row, weight }: Named): string => `${row === null ? 'checklist, step 4: provider stress' : rowName(row)}, ${weight}`;

const namedLines = (triage: Triage, named: Named, paint: Palette, width: number): readonly string[] => {
  const paragraph = (head: string, text: string): readonly string[] => wrapped(`${head} ${shownText(triage, text)}`, width, '    ');
  const asked = triage.answers.filter(({ question }) => named.questions.includes(question.id)).slice(0, mostCurlLines);
  const colour = isSure(named) ? paint.red : paint.yellow;
  return [
    `  ${colour(placeOf(named))}: ${paint.bold(shownText(triage, named.title))}`,
    ...paragraph('Seen:', named.evidence),
    ...paragraph('Likely cause:', named.cause),
    ...paragraph('Remediation:', named.remediation),
    ...(named.row === null ? [] : [`    More: wireproof explain ${named.row}`]),
    ...asked.map((answered, index) => `    ${index === 0 ? 'Repeat: ' : '        '}${paint.dim(curlOf(triage, answered))}`),
  ];
};

const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [title, ...lines, '']);

const colourOf = ({ verdict: { kind } }: Triage, paint: Palette) =>
  ({ healthy: paint.green, named: paint.red, unreachable: paint.yellow, inconclusive: paint.yellow })[kind];

/** What canaries say of the rows that were named. */
export const confirmationText = (confirmed: readonly Confirmation[], paint: Palette): string => {
  if (confirmed.length === 0) return 'No canary of what was named can be run here.\n';
  const lines = confirmed.map(({ row, scenario, verdict, deviating, reason }) => {
    const what = deviating.length > 0 ? deviating.join(', ') : (reason ?? '');
    return `  ${paint.verdict[verdict](verdict)}  ${rowName(row)}  ${scenario}  ${paint.dim(printable(what))}`;
  });
  return [paint.bold('Canaries of what was named'), ...lines, ''].join('\n');
};

/** The triage for people: each step with its answer, then what it shows, what it does not, and the verdict. Bytes of the target are escaped. */
export const triageText = (triage: Triage, paint: Palette, columns: number): string => {
  const width = Math.min(110, columns);
  const sure = triage.named.filter(isSure);
  const unsure = triage.named.filter((each) => !isSure(each));
  const lines = (all: readonly Named[]): readonly string[] => all.flatMap((each) => namedLines(triage, each, paint, width));
  return [
    ...stepLines(triage, paint),
    '',
    ...section(paint.bold('What it is'), lines(sure)),
    ...section(paint.bold('Worth a look, decides nothing'), lines(unsure)),
    ...section(
      paint.bold('Not seen'),
      triage.unseen.flatMap((each) => wrapped(`- ${shownText(triage, each)}`, width, '  ')),
    ),
    `${colourOf(triage, paint)(triage.verdict.kind)}: ${shownText(triage, triage.verdict.says)}`,
    `${counted(triage.spent.requests, 'request')}, ${counted(triage.spent.tokens, 'token')} by what the answers tell`,
    '',
  ].join('\n');
};
