/** The page of one target. */
import type { Round } from '../../history/records.ts';
import { rangeIds, ranges, type ScenarioLine, type TargetPage } from '../model/target-page.ts';
import { hrefOf, incidentPlace, roundPlace, targetPlace } from '../place.ts';
import { shownLine } from '../shown-text.ts';
import { countText, durationText, latencyText, moneyText } from '../words.ts';
import { Chart } from './chart.tsx';
import { Frame, type Setting } from './frame.tsx';
import { Spending } from './spending.tsx';
import {
  Ago,
  HealthMark,
  Labels,
  Moment,
  Pager,
  ResultLink,
  RowLink,
  SeverityMark,
  StandingMark,
  To,
  VerdictMark,
  Wide,
} from './parts.tsx';
import { UptimeBar, uptimeSentence } from './uptime-bar.tsx';

interface Props {
  readonly page: TargetPage;
  readonly setting: Setting;
}

const ScenarioRow = ({ line, page, setting: { links, now } }: { readonly line: ScenarioLine } & Props) => (
  <tr>
    <th scope="row">
      {shownLine(line.title)}
      <span class="id">{shownLine(line.id)}</span>
    </th>
    <td class="nowrap">
      <RowLink links={links} row={line.row} />
    </td>
    <td>
      <StandingMark standing={line.standing} now={now} />
      {line.states.length > 1 && (
        <ul class="places">
          {line.states.map(({ location, health }) => (
            <li key={location}>
              <HealthMark health={health} /> {shownLine(location)}
            </li>
          ))}
        </ul>
      )}
    </td>
    <td>
      {line.latest === undefined ? (
        <span class="quiet nowrap">not asked yet</span>
      ) : (
        <>
          <ResultLink links={links} id={line.latest.id}>
            <VerdictMark verdict={line.latest.verdict} warned={line.latest.warned} />
          </ResultLink>{' '}
          <span class="quiet nowrap">
            <Ago at={line.latest.at} now={now} />
          </span>
        </>
      )}
    </td>
    <td class="number">{latencyText(line.latest?.totalMs)}</td>
    <td class="number">{latencyText(line.latest?.firstByteMs)}</td>
    <td>
      {links(targetPlace(page.target.name, { scenario: line.id })) !== undefined && (
        <a {...hrefOf(links, targetPlace(page.target.name, { scenario: line.id, range: page.query.range }))}>
          Charts<span class="unseen"> of {shownLine(line.title)}</span>
        </a>
      )}
    </td>
  </tr>
);

const Scenarios = ({ page, setting }: Props) => (
  <section id="scenarios" data-live aria-labelledby="scenarios-name">
    <h2 id="scenarios-name">Scenarios</h2>
    <Wide name="Scenarios">
      <table>
        <thead>
          <tr>
            <th scope="col">Scenario</th>
            <th scope="col">Row</th>
            <th scope="col">State</th>
            <th scope="col">Last result</th>
            <th scope="col" class="number">
              Latency
            </th>
            <th scope="col" class="number">
              First byte
            </th>
            <th scope="col">
              <span class="unseen">Charts</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {page.scenarios.map((line) => (
            <ScenarioRow key={line.id} line={line} page={page} setting={setting} />
          ))}
        </tbody>
      </table>
    </Wide>
    {page.scenarios.length === 0 && <p class="empty">Nothing is asked of this target.</p>}
  </section>
);

const Ranges = ({ page, setting: { links } }: Props) => {
  const { name } = page.target;
  const { range, scenario } = page.query;
  if (links(targetPlace(name, { range: 'week' })) === undefined) return <p class="quiet">Last {ranges[range].name}, all scenarios.</p>;
  return (
    <p class="choices">
      <span class="choices-name">Last</span>
      {rangeIds.map((id) => (
        <a
          key={id}
          class="choice"
          {...hrefOf(links, targetPlace(name, { range: id, scenario }))}
          aria-current={id === range ? 'true' : undefined}
        >
          {ranges[id].name}
        </a>
      ))}
      {scenario !== undefined && (
        <a class="choice" {...hrefOf(links, targetPlace(name, { range }))}>
          {shownLine(scenario)} only: show all
        </a>
      )}
    </p>
  );
};

const Charts = ({ page, setting }: Props) => {
  const rangeName = ranges[page.query.range].name;
  return (
    <section id="charts" data-live aria-labelledby="charts-name">
      <h2 id="charts-name">How fast it answers</h2>
      <Ranges page={page} setting={setting} />
      <div class="charts">
        <Chart id="latency" name="Whole answer" measured="latency" span={page.series} rangeName={rangeName} />
        <Chart id="first-byte" name="First byte" measured="firstByte" span={page.series} rangeName={rangeName} />
      </div>
    </section>
  );
};

/** `complete`, or why not. */
export const roundOutcome = ({ outcome, cause, note }: Round): string => {
  const words = { complete: 'complete', stopped: 'stopped', 'not-run': 'not run' }[outcome];
  const why = [cause, note].filter((text) => text !== undefined).map(shownLine);
  return why.length === 0 ? words : `${words}: ${why.join(', ')}`;
};

const Rounds = ({ page, setting: { links } }: Props) => (
  <section id="rounds" data-live aria-labelledby="rounds-name">
    <h2 id="rounds-name">Rounds</h2>
    <Wide name="Rounds">
      <table>
        <thead>
          <tr>
            <th scope="col">Begun</th>
            <th scope="col">From</th>
            <th scope="col">Why</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="number">
              Requests
            </th>
            <th scope="col" class="number">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {page.rounds.items.map((round) => (
            <tr key={round.id}>
              <th scope="row">
                <To links={links} place={roundPlace(round.id)}>
                  <Moment at={round.startedAt} />
                </To>
              </th>
              <td>{shownLine(round.location)}</td>
              <td>{shownLine(round.reason)}</td>
              <td>{roundOutcome(round)}</td>
              <td class="number">{durationText(round.endedAt - round.startedAt)}</td>
              <td class="number">{countText(round.spent.requests)}</td>
              <td class="number">{moneyText(round.spent.usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
    {page.rounds.items.length === 0 && <p class="empty">No round yet.</p>}
    <Pager
      links={links}
      part={page.rounds}
      name="rounds"
      at={(after) => targetPlace(page.target.name, { range: page.query.range, scenario: page.query.scenario, after })}
    />
  </section>
);

const Incidents = ({ page, setting: { links, now } }: Props) => (
  <section id="incidents" data-live aria-labelledby="incidents-name">
    <h2 id="incidents-name">Incidents</h2>
    {page.incidents.length === 0 ? (
      <p class="empty">None that is kept.</p>
    ) : (
      <ul class="incident-list">
        {page.incidents.map((incident) => (
          <li key={incident.id}>
            <SeverityMark severity={incident.severity} open={incident.closedAt === undefined} />
            <span class="incident-title">
              <To links={links} place={incidentPlace(incident.id)}>
                {shownLine(incident.title)}
              </To>
              <span class="quiet">
                {' '}
                <Ago at={incident.openedAt} now={now} />
                {incident.closedAt !== undefined && `, lasted ${durationText(incident.closedAt - incident.openedAt)}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    )}
  </section>
);

export const TargetView = ({ page, setting }: Props) => {
  const name = shownLine(page.target.name);
  const { health } = page.standing;
  return (
    <Frame setting={setting} name={name} place={targetPlace(page.target.name)} about={page.target.name} summary={`${name} is ${health}.`}>
      <div id="summary" class={`headline ${health}`} data-live>
        <h1>{name}</h1>
        <p>
          <StandingMark standing={page.standing} now={setting.now} />
        </p>
        <Labels region={page.target.region} labels={page.target.labels} />
        <div class="headline-bar">
          <UptimeBar uptime={page.uptime} />
          <p class="quiet">{uptimeSentence(page.uptime)}</p>
        </div>
      </div>
      <Incidents page={page} setting={setting} />
      <Scenarios page={page} setting={setting} />
      <Charts page={page} setting={setting} />
      <Spending spent={page.spent} budget={page.budget} none="no ceiling of its own" />
      <Rounds page={page} setting={setting} />
    </Frame>
  );
};
