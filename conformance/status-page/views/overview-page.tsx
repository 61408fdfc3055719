/** The first page: how all targets stand. */
import type { Health } from '../../history/records.ts';
import { worstFirst } from '../model/health.ts';
import type { Overview, OverviewQuery, RowLine, TargetLine } from '../model/overview.ts';
import { encodedName, hrefOf, incidentPlace, overview as overviewPlace, rowPlace, targetPlace, type Links, type Place } from '../place.ts';
import { shownLine } from '../shown-text.ts';
import { countedText, latencyText, shareText } from '../words.ts';
import { Frame, type Setting } from './frame.tsx';
import { Ago, healthSigns, Labels, SeverityMark, StandingMark, To, Wide } from './parts.tsx';
import { Spending } from './spending.tsx';
import { UptimeBar } from './uptime-bar.tsx';

/** The sentence that the page begins with, and that is read out when it changes. */
const summaryOf = ({ counts, openIncidents, moreIncidents }: Overview): string => {
  const total = counts.healthy + counts.degraded + counts.failing + counts.unknown;
  const bad = worstFirst.filter((health) => health !== 'healthy' && counts[health] > 0).map((health) => `${counts[health]} ${health}`);
  const targets = `${countedText(total, 'target')}: ${bad.length === 0 ? 'all healthy' : `${bad.join(', ')}, ${counts.healthy} healthy`}`;
  if (total === 0) return 'No target is watched.';
  if (openIncidents.length === 0) return `${targets}. No open incident.`;
  return `${targets}. ${moreIncidents ? `More than ${openIncidents.length}` : openIncidents.length} open ${openIncidents.length === 1 ? 'incident' : 'incidents'}.`;
};

const headlineOf = ({ counts }: Overview): { readonly health: Health; readonly text: string } => {
  if (counts.failing > 0) return { health: 'failing', text: `${countedText(counts.failing, 'target')} failing` };
  if (counts.degraded > 0) return { health: 'degraded', text: `${countedText(counts.degraded, 'target')} degraded` };
  if (counts.healthy === 0) return { health: 'unknown', text: 'Nothing known yet' };
  if (counts.unknown > 0) return { health: 'unknown', text: `${countedText(counts.unknown, 'target')} unknown, the rest healthy` };
  return { health: 'healthy', text: 'All targets healthy' };
};

const queryOf = (query: OverviewQuery, change: Place['query'] = {}): Place => ({
  ...overviewPlace,
  query: {
    state: query.health,
    label: query.label === undefined ? undefined : `${query.label.name}:${query.label.value}`,
    q: query.search,
    ...change,
  },
});

interface ChoiceProps {
  readonly links: Links;
  readonly query: OverviewQuery;
  readonly change: Record<string, string | undefined>;
  readonly chosen: boolean;
  readonly text: string;
}

const Choice = ({ links, query, change, chosen, text }: ChoiceProps) => (
  <a class="choice" {...hrefOf(links, queryOf(query, change))} aria-current={chosen ? 'true' : undefined}>
    {text}
  </a>
);

const StateChoices = ({ overview, links }: { readonly overview: Overview; readonly links: Links }) => {
  const { query, counts } = overview;
  const total = worstFirst.reduce((sum, health) => sum + counts[health], 0);
  return (
    <p class="choices">
      <span class="choices-name">State</span>
      <Choice links={links} query={query} change={{ state: undefined }} chosen={query.health === undefined} text={`all ${total}`} />
      {worstFirst
        .filter((health) => counts[health] > 0 || query.health === health)
        .map((health) => (
          <Choice
            key={health}
            links={links}
            query={query}
            change={{ state: health }}
            chosen={query.health === health}
            text={`${health} ${counts[health]}`}
          />
        ))}
    </p>
  );
};

const mostValues = 12;

const LabelChoices = ({ overview, links }: { readonly overview: Overview; readonly links: Links }) => (
  <>
    {overview.filters.map(({ name, values }) => (
      <p class="choices" key={name}>
        <span class="choices-name">{shownLine(name)}</span>
        {values.slice(0, mostValues).map((value) => {
          const chosen = overview.query.label?.name === name && overview.query.label.value === value;
          return (
            <Choice
              key={value}
              links={links}
              query={overview.query}
              change={{ label: chosen ? undefined : `${name}:${value}` }}
              chosen={chosen}
              text={shownLine(value)}
            />
          );
        })}
        {values.length > mostValues && <span class="quiet">and {values.length - mostValues} more: ?label=name:value</span>}
      </p>
    ))}
  </>
);

/** Filters work by links and by a form; no script has to run. A copy in files has none. */
const Filters = ({ overview, links }: { readonly overview: Overview; readonly links: Links }) => {
  const action = links({ path: [], query: { q: '' } });
  if (action === undefined) return null;
  const { query } = overview;
  return (
    <search class="filters">
      <form method="get" action={links(overviewPlace)}>
        <label for="q">Target</label>
        <input id="q" name="q" type="search" value={query.search ?? ''} maxLength={100} autocomplete="off" spellcheck={false} />
        {query.health !== undefined && <input type="hidden" name="state" value={query.health} />}
        {query.label !== undefined && <input type="hidden" name="label" value={`${query.label.name}:${query.label.value}`} />}
        <button>Find</button>
      </form>
      <StateChoices overview={overview} links={links} />
      <LabelChoices overview={overview} links={links} />
    </search>
  );
};

const OpenIncidents = ({ overview, setting }: { readonly overview: Overview; readonly setting: Setting }) =>
  overview.openIncidents.length === 0 ? null : (
    <section class="open-incidents" aria-labelledby="open-incidents-name">
      <h2 id="open-incidents-name">Open incidents</h2>
      <ul>
        {overview.openIncidents.map((incident) => (
          <li key={incident.id} class={incident.severity}>
            <SeverityMark severity={incident.severity} open />
            <span class="incident-title">
              <To links={setting.links} place={incidentPlace(incident.id)}>
                {shownLine(incident.title)}
              </To>
              <span class="quiet">
                {' '}
                {shownLine(incident.target)}, opened <Ago at={incident.openedAt} now={setting.now} />
              </span>
            </span>
          </li>
        ))}
      </ul>
      {overview.moreIncidents && (
        <p>
          <To links={setting.links} place={{ path: ['incidents'] }}>
            All open incidents
          </To>
        </p>
      )}
    </section>
  );

const RowOfTarget = ({ line, setting }: { readonly line: RowLine; readonly setting: Setting }) => (
  <tr>
    <th scope="row">
      <span class="row-id">{typeof line.row === 'number' ? line.row : ''}</span>
      <To links={setting.links} place={rowPlace(line.row)}>
        {line.title}
      </To>
    </th>
    <td>
      <StandingMark standing={line.standing} now={setting.now} />
    </td>
    <td>
      <UptimeBar uptime={line.uptime} />
    </td>
    <td class="number">{shareText(line.uptime.pass, line.uptime.judged)}</td>
    <td class="number">{latencyText(line.latencyMs)}</td>
  </tr>
);

const rowsSummary = (rows: readonly RowLine[]): string => {
  const parts = worstFirst.flatMap((health) => {
    const count = rows.filter(({ standing }) => standing.health === health).length;
    return count === 0 ? [] : [`${count} ${health}`];
  });
  return `${countedText(rows.length, 'row')}: ${parts.join(', ')}`;
};

const RowTable = ({ name, rows, setting }: { readonly name: string; readonly rows: readonly RowLine[]; readonly setting: Setting }) => (
  <Wide name={name}>
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Row</th>
          <th scope="col">State</th>
          <th scope="col">90 days</th>
          <th scope="col" class="number">
            Passed
          </th>
          <th scope="col" class="number">
            Latency
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <RowOfTarget key={row.row} line={row} setting={setting} />
        ))}
      </tbody>
    </table>
  </Wide>
);

/** What is wrong stands there at once; the rest is a step away. */
const Rows = ({ line, id, setting }: { readonly line: TargetLine; readonly id: string; readonly setting: Setting }) => {
  const name = shownLine(line.target.name);
  const wrong = line.rows.filter(({ standing }) => standing.health === 'failing' || standing.health === 'degraded');
  return (
    <>
      {wrong.length > 0 && <RowTable name={`What is wrong at ${name}`} rows={wrong} setting={setting} />}
      {line.rows.length > 0 && (
        <details id={`${id}-rows`}>
          <summary>{rowsSummary(line.rows)}</summary>
          <RowTable name={`Rows of ${name}`} rows={line.rows} setting={setting} />
        </details>
      )}
    </>
  );
};

const TargetCard = ({ line, setting }: { readonly line: TargetLine; readonly setting: Setting }) => {
  const id = `target-${encodedName(line.target.name)}`;
  return (
    <article class={`target ${line.standing.health}`} id={id} data-live aria-labelledby={`${id}-name`}>
      <div class="target-head">
        <h3 id={`${id}-name`}>
          <To links={setting.links} place={targetPlace(line.target.name)}>
            {shownLine(line.target.name)}
          </To>
        </h3>
        <p class="target-state">
          <StandingMark standing={line.standing} now={setting.now} />
        </p>
        <Labels region={line.target.region} labels={line.target.labels} />
        <UptimeBar uptime={line.uptime} />
        <p class="figures">
          <span>
            <b>{shareText(line.uptime.pass, line.uptime.judged)}</b> <span class="quiet">passed</span>
          </span>
          <span>
            <b>{latencyText(line.latencyMs)}</b> <span class="quiet">last answer</span>
          </span>
        </p>
      </div>
      <Rows line={line} id={id} setting={setting} />
    </article>
  );
};

const Pages = ({ overview, links }: { readonly overview: Overview; readonly links: Links }) => {
  const { query, pages } = overview;
  if (pages <= 1) return null;
  const at = (page: number) => hrefOf(links, queryOf(query, { page: String(page) }));
  return (
    <nav class="pager" aria-label="Parts of the list of targets">
      {query.page > 1 && (
        <a {...at(query.page - 1)} rel="prev">
          Previous
        </a>
      )}
      <span>
        Page {query.page} of {pages}
      </span>
      {query.page < pages && (
        <a {...at(query.page + 1)} rel="next">
          Next
        </a>
      )}
    </nav>
  );
};

/** What the bars mean, in words and in the same shapes. */
const Legend = () => (
  <p class="legend quiet">
    <span>
      <i class="key good" /> all passed
    </span>
    <span>
      <i class="key some" /> some failed or warned
    </span>
    <span>
      <i class="key bad" /> half or more failed
    </span>
    <span>
      <i class="key none" /> not checked
    </span>
    <span>one bar a day, 90 days, today on the right</span>
  </p>
);

export const OverviewPage = ({ overview, setting }: { readonly overview: Overview; readonly setting: Setting }) => {
  const headline = headlineOf(overview);
  const summary = summaryOf(overview);
  return (
    <Frame setting={setting} name="Overview" place={overviewPlace} summary={summary}>
      <div id="summary" class={`headline ${headline.health}`} data-live>
        <h1>
          <span class="headline-sign" aria-hidden="true">
            {healthSigns[headline.health]}
          </span>{' '}
          {headline.text}
        </h1>
        <p>{summary}</p>
      </div>
      <div id="incidents-now" data-live>
        <OpenIncidents overview={overview} setting={setting} />
      </div>
      <section aria-labelledby="targets-name">
        <h2 id="targets-name">Targets</h2>
        <div id="filters" data-live>
          <Filters overview={overview} links={setting.links} />
        </div>
        <Legend />
        <div id="targets" data-live-list>
          {overview.targets.map((line) => (
            <TargetCard key={line.target.name} line={line} setting={setting} />
          ))}
        </div>
        {overview.matching === 0 && <p class="empty">No target matches.</p>}
        <Pages overview={overview} links={setting.links} />
      </section>
      {overview.spending && <Spending {...overview.spending} none="no ceiling" />}
    </Frame>
  );
};
