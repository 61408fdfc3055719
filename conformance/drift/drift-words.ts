import { printable } from '../reporters/printable.ts';
import { counted } from '../reporters/words.ts';
import { comparedOf, type DriftReport, type ReportedChange } from './drift-report.ts';
import { groupOf } from './sample.ts';

/** `field-removed: openai-chat body.usage: it is gone`, on one printable line. */
export const changeTitle = ({ kind, surface, path, what }: ReportedChange): string => printable(`${kind}: ${surface} ${path}: ${what}`);

/** What was and what is, as far as there is something to show. */
const changeValues = ({ before, after }: ReportedChange): readonly string[] => [
  ...(before === undefined ? [] : [`before  ${printable(before)}`]),
  ...(after === undefined ? [] : [`after   ${printable(after)}`]),
];

const shownIds = 3;

const scenarioText = ({ scenario, noticed }: ReportedChange): readonly string[] => {
  if (noticed?.scenario !== undefined) return [`scenario ${noticed.scenario} notices: ${noticed.check ?? ''}`];
  if (noticed !== undefined && noticed.ran > 0) return [`none of ${counted(noticed.ran, 'scenario')} notices`];
  return scenario === undefined ? [] : [`scenario ${scenario} plays it`];
};

const noticedParts = (change: ReportedChange): readonly string[] => [
  ...(change.rule === undefined ? [] : [`fails the wire rule ${change.rule}`]),
  ...scenarioText(change),
];

/** `fails the wire rule schema; scenario usage/… plays it`, or nothing. */
export const noticedText = (change: ReportedChange): string => printable(noticedParts(change).join('; '));

/** `seen in a, b, c and 4 more; fails the wire rule schema; scenario usage/… plays it`. */
const seenText = (change: ReportedChange): string => {
  const { seenIn } = change;
  const more = seenIn.length - shownIds;
  const seen = `seen in ${seenIn.slice(0, shownIds).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return printable([seen, ...noticedParts(change)].join('; '));
};

/** `openai-chat reads and writes it; it reaches clients of anthropic-messages`. */
const touchText = ({ dialect, reads, writes, reaches }: NonNullable<ReportedChange['touchedBy']>): string => {
  const does = [...(reads ? ['reads'] : []), ...(writes ? ['writes'] : [])].join(' and ');
  const reached = reaches.length === 0 ? '' : `; it reaches clients of ${reaches.join(', ')}`;
  return `in the proxy, ${does === '' ? `${dialect} passes it by` : `${dialect} ${does} it`}${reached}`;
};

const sdkText = ({ package: name, version, before, after, who }: NonNullable<ReportedChange['sdk']>): string =>
  who === 'SDK says nothing' ? `${name}@${version} says nothing of it` : `${who}: by ${name}@${version} before ${before}, after ${after}`;

const grammarText = ({ rule }: ReportedChange, { dialect, version, fits }: NonNullable<ReportedChange['grammar']>): string =>
  `leaves grammar ${dialect} ${version}, rule ${rule ?? 'unnamed'}; ${fits === undefined ? 'fits no former version' : `fits version ${fits}`}`;

/** Which grammar it leaves, what the proxy's dialects do with it, and what the SDK says, on a line each. */
export const changeNotes = (change: ReportedChange): readonly string[] => [
  ...(change.grammar === undefined ? [] : [printable(grammarText(change, change.grammar))]),
  ...touchAndSdk(change),
];

const touchAndSdk = ({ touchedBy, sdk }: ReportedChange): readonly string[] => [
  ...(touchedBy === undefined ? [] : [printable(touchText(touchedBy))]),
  ...(sdk === undefined ? [] : [printable(sdkText(sdk))]),
];

/** All that is to be said of a change below its title. */
export const changeLines = (change: ReportedChange): readonly string[] => [
  ...changeValues(change),
  seenText(change),
  ...changeNotes(change),
];

/** Zeros read like good news: where they are none, that comes first. */
const comparedText = { all: '', part: 'only a part could be compared: ', nothing: 'nothing could be compared: ' } as const;

/** `only a part could be compared: 0 breaking, 1 additive, 0 cosmetic; 2 answers against 3`. */
export const countsText = (report: DriftReport): string => {
  const { counts, samples } = report;
  const found = `${counts.breaking} breaking, ${counts.additive} additive, ${counts.cosmetic} cosmetic`;
  return `${comparedText[comparedOf(report)]}${found}; ${counted(samples.against, 'answer')} against ${samples.baseline}`;
};

/** What a live comparison cost. */
export const askedText = ({ live }: DriftReport): readonly string[] =>
  live === undefined
    ? []
    : [`asked ${counted(live.requests, 'request')}, at most ${counted(live.tokens, 'token')}: the worst case where usage was not told`];

const liveGaps = ({ wanted, stopped, gaps }: NonNullable<DriftReport['live']>): readonly string[] => [
  ...(stopped === undefined ? [] : [`not everything was asked: ${stopped}`]),
  ...gaps.map(({ id, samples, because }) => `${samples === 0 ? 'not compared' : `${samples} of ${wanted} answers`}: ${id}: ${because}`),
];

/** Of the others it is told what became of their answer. */
const withoutAnswer = (notCompared: readonly string[], unread: DriftReport['unread']): readonly string[] => {
  const told = new Set(unread.map(({ id }) => groupOf(id)));
  const rest = notCompared.filter((group) => !told.has(group));
  return rest.length === 0 ? [] : [printable(`without a new answer: ${rest.join(', ')}`)];
};

/** What the comparison says nothing about. */
export const gapsText = ({ notCompared, notInBaseline, unread, live }: DriftReport): readonly string[] => [
  ...(live === undefined ? [] : liveGaps(live).map(printable)),
  ...(live === undefined ? withoutAnswer(notCompared, unread) : []),
  ...unread.map(({ id, because }) => printable(`could not be compared: ${id}: ${because}`)),
  ...(notInBaseline.length === 0 ? [] : [printable(`not in the baseline: ${notInBaseline.join(', ')}`)]),
];
