/** Ninety days in a line: one path for each kind of day, whatever the number of days. */
import { daysShown, type DayKind, type Uptime } from '../model/uptime.ts';
import { countText, countedText, dayText, shareText } from '../words.ts';

const widthOfDay = 3;
const height = 24;

/** Failures stand out by height as well as by colour. The paths are dashed: two of three units are a day. */
const tall: Readonly<Record<DayKind, number>> = { good: 14, some: 19, bad: 24, none: 3 };

const pathsOf = ({ runs }: Uptime): readonly { readonly kind: DayKind; readonly path: string }[] => {
  const paths = new Map<DayKind, string>();
  let at = 0;
  for (const { kind, days } of runs) {
    paths.set(kind, `${paths.get(kind) ?? ''}M${at * widthOfDay} ${height - tall[kind] / 2}h${days * widthOfDay}`);
    at += days;
  }
  return [...paths].map(([kind, path]) => ({ kind, path }));
};

/** What the bar shows, as a sentence. */
export const uptimeSentence = ({ pass, judged, daysWithFailures, lastFailure }: Uptime): string => {
  if (judged === 0) return `Last ${daysShown} days: nothing was checked.`;
  const share = `Last ${daysShown} days: ${shareText(pass, judged)} of ${countText(judged)} checks passed`;
  if (lastFailure === undefined) return `${share}.`;
  return `${share}; failures on ${countedText(daysWithFailures, 'day')}, the last on ${dayText(lastFailure)}.`;
};

export const UptimeBar = ({ uptime }: { readonly uptime: Uptime }) => (
  <svg
    class="bar"
    role="img"
    aria-label={uptimeSentence(uptime)}
    viewBox={`0 0 ${daysShown * widthOfDay} ${height}`}
    preserveAspectRatio="none"
  >
    {pathsOf(uptime).map(({ kind, path }) => (
      <path key={kind} class={kind} d={path} />
    ))}
  </svg>
);
