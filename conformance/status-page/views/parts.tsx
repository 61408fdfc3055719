/** Small parts that several pages are made of. */
import type { ComponentChildren } from 'preact';

import type { Health, Severity } from '../../history/records.ts';
import type { Verdict } from '../../engine/records.ts';
import type { Diagnosis } from '#scenarios/kit/scenario';

import type { Standing } from '../model/health.ts';
import type { Part } from '../model/source.ts';
import { resultPlace, rowPlace, type Links, type Place } from '../place.ts';
import { shownBlock, shownLine } from '../shown-text.ts';
import { durationText, isoText, momentText } from '../words.ts';

/** A link, or its text alone where that place is not to be had. */
export const To = ({ links, place, children }: { readonly links: Links; readonly place: Place; readonly children: ComponentChildren }) => {
  const href = links(place);
  return href === undefined ? <span>{children}</span> : <a href={href}>{children}</a>;
};

export const Moment = ({ at }: { readonly at: number }) => <time dateTime={isoText(at)}>{momentText(at)}</time>;

/** How long ago; the moment itself stands in `datetime` and as a hint. */
export const Ago = ({ at, now }: { readonly at: number; readonly now: number }) => (
  <time dateTime={isoText(at)} title={momentText(at)}>{`${durationText(Math.max(0, now - at))} ago`}</time>
);

/** Shapes differ, so that colour is never the only sign. */
export const healthSigns: Readonly<Record<Health, string>> = { healthy: '✓', degraded: '▲', failing: '✕', unknown: '?' };

export const HealthMark = ({ health, flapping = false }: { readonly health: Health; readonly flapping?: boolean }) => (
  <span class={`mark ${health}`}>
    <span class="sign" aria-hidden="true">
      {healthSigns[health]}
    </span>
    {health}
    {flapping && ' (flapping)'}
  </span>
);

export const StandingMark = ({ standing, now }: { readonly standing: Standing; readonly now: number }) => (
  <span class="standing">
    <HealthMark health={standing.health} flapping={standing.flapping} />
    {standing.since !== undefined && (
      <span class="since">
        {' '}
        for{' '}
        <time dateTime={isoText(standing.since)} title={momentText(standing.since)}>
          {durationText(Math.max(0, now - standing.since))}
        </time>
      </span>
    )}
  </span>
);

const verdictSigns: Readonly<Record<Verdict, readonly [string, Health]>> = {
  pass: ['✓', 'healthy'],
  fail: ['✕', 'failing'],
  error: ['✕', 'failing'],
  unreachable: ['✕', 'failing'],
  inconclusive: ['?', 'unknown'],
  unsupported: ['–', 'unknown'],
};

export const VerdictMark = ({ verdict, warned = false }: { readonly verdict: Verdict; readonly warned?: boolean }) => {
  const [sign, look] = warned && verdict === 'pass' ? (['▲', 'degraded'] as const) : verdictSigns[verdict];
  return (
    <span class={`mark ${look}`}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      {warned && verdict === 'pass' ? 'pass, with a warning' : verdict}
    </span>
  );
};

export const SeverityMark = ({ severity, open }: { readonly severity: Severity; readonly open: boolean }) => (
  <span class={`mark ${open ? (severity === 'critical' ? 'failing' : 'degraded') : 'unknown'}`}>
    <span class="sign" aria-hidden="true">
      {open ? (severity === 'critical' ? '✕' : '▲') : '✓'}
    </span>
    {open ? severity : `${severity}, over`}
  </span>
);

export const RowLink = ({ links, row }: { readonly links: Links; readonly row: Parameters<typeof rowPlace>[0] }) => (
  <To links={links} place={rowPlace(row)}>
    {typeof row === 'number' ? `row ${row}` : row}
  </To>
);

export const ResultLink = ({
  links,
  id,
  children,
}: {
  readonly links: Links;
  readonly id: string;
  readonly children: ComponentChildren;
}) => (
  <To links={links} place={resultPlace(id)}>
    {children}
  </To>
);

/** A table that scrolls by itself where the page is narrow; reachable by keyboard for that. */
export const Wide = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div class="wide" role="region" aria-label={name} tabIndex={0}>
    {children}
  </div>
);

/** A fact per line: name and value. */
export const Facts = ({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** The page's row in our own words. */
export const DiagnosisBlock = ({ diagnosis }: { readonly diagnosis: Diagnosis }) => (
  <dl class="diagnosis">
    <dt>Symptom</dt>
    <dd>{shownBlock(diagnosis.symptom)}</dd>
    <dt>Cause</dt>
    <dd>{shownBlock(diagnosis.cause)}</dd>
    <dt>Check</dt>
    <dd>{shownBlock(diagnosis.check)}</dd>
    <dt>Remedy</dt>
    <dd>{shownBlock(diagnosis.remediation)}</dd>
  </dl>
);

/** Labels of a target; what they say is the configuration's. */
export const Labels = ({ region, labels }: { readonly region?: string | undefined; readonly labels: Readonly<Record<string, string>> }) => {
  const all = [...(region === undefined ? [] : [['region', region] as const]), ...Object.entries(labels)];
  if (all.length === 0) return null;
  return (
    <ul class="labels" aria-label="Labels">
      {all.map(([name, value]) => (
        <li key={name}>
          <span>{shownLine(name)}</span> {shownLine(value)}
        </li>
      ))}
    </ul>
  );
};

interface PagerProps<Item> {
  readonly links: Links;
  readonly part: Part<Item>;
  /** The list from its begin, and after an id. */
  readonly at: (after: string | undefined) => Place;
  readonly name: string;
}

/** First part and next part; a list of what happens lately is not walked backwards. */
export const Pager = <Item,>({ links, part, at, name }: PagerProps<Item>) => {
  const first = part.continued ? links(at(undefined)) : undefined;
  const next = part.next === undefined ? undefined : links(at(part.next));
  if (part.next !== undefined && next === undefined) return <p class="quiet">Older ones are in the history and not in this copy.</p>;
  if (first === undefined && next === undefined) return null;
  return (
    <nav class="pager" aria-label={`Parts of ${name}`}>
      {first !== undefined && <a href={first}>Newest</a>}
      {next !== undefined && (
        <a href={next} rel="next">
          Older
        </a>
      )}
    </nav>
  );
};
