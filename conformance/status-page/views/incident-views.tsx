/** What is and was wrong: the list, and one incident with all that is known of it. */
import type { Delivery, Evidence, Incident } from '../../history/records.ts';
import type { IncidentList, IncidentPage, Moment as Step } from '../model/incident-pages.ts';
import { hrefOf, incidentPlace, targetPlace, type Links, type Place } from '../place.ts';
import { shownLine } from '../shown-text.ts';
import { countText, durationText } from '../words.ts';
import { EvidenceBlock, FaultText } from './evidence.tsx';
import { Frame, type Setting } from './frame.tsx';
import { Ago, DiagnosisBlock, Facts, Moment, Pager, ResultLink, RowLink, SeverityMark, To, VerdictMark, Wide } from './parts.tsx';

const listPlace = (query: Place['query'] = {}): Place => ({ path: ['incidents'], query });

const stateOf = (open: boolean): string | undefined => (open ? undefined : 'all');

const ListChoices = ({ page, setting: { links } }: { readonly page: IncidentList; readonly setting: Setting }) => {
  const { target, open } = page.query;
  if (links(listPlace({ state: 'all' })) === undefined) return null;
  return (
    <p class="choices">
      {([true, false] as const).map((one) => (
        <a
          key={String(one)}
          class="choice"
          {...hrefOf(links, listPlace({ state: stateOf(one), target }))}
          aria-current={open === one ? 'true' : undefined}
        >
          {one ? 'open' : 'all'}
        </a>
      ))}
      {target !== undefined && (
        <a class="choice" {...hrefOf(links, listPlace({ state: stateOf(open) }))}>
          {shownLine(target)} only: show all targets
        </a>
      )}
    </p>
  );
};

const IncidentRow = ({ incident, setting: { links, now } }: { readonly incident: Incident; readonly setting: Setting }) => (
  <tr>
    <td>
      <SeverityMark severity={incident.severity} open={incident.closedAt === undefined} />
    </td>
    <th scope="row">
      <To links={links} place={incidentPlace(incident.id)}>
        {shownLine(incident.title)}
      </To>
    </th>
    <td>
      <To links={links} place={targetPlace(incident.target)}>
        {shownLine(incident.target)}
      </To>
    </td>
    <td>
      <RowLink links={links} row={incident.row} />
    </td>
    <td>
      <Ago at={incident.openedAt} now={now} />
    </td>
    <td class="number">{durationText((incident.closedAt ?? now) - incident.openedAt)}</td>
  </tr>
);

export const IncidentListView = ({ page, setting }: { readonly page: IncidentList; readonly setting: Setting }) => (
  <Frame setting={setting} name="Incidents" place={listPlace()}>
    <h1>Incidents</h1>
    <ListChoices page={page} setting={setting} />
    <div id="incidents" data-live>
      {page.incidents.items.length === 0 ? (
        <p class="empty">{page.query.open ? 'No open incident.' : 'No incident is kept.'}</p>
      ) : (
        <Wide name="Incidents">
          <table>
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Incident</th>
                <th scope="col">Target</th>
                <th scope="col">Row</th>
                <th scope="col">Opened</th>
                <th scope="col" class="number">
                  Lasted
                </th>
              </tr>
            </thead>
            <tbody>
              {page.incidents.items.map((incident) => (
                <IncidentRow key={incident.id} incident={incident} setting={setting} />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      <Pager
        links={setting.links}
        part={page.incidents}
        name="incidents"
        at={(after) => listPlace({ state: stateOf(page.query.open), target: page.query.target, after })}
      />
    </div>
  </Frame>
);

interface Props {
  readonly page: IncidentPage;
  readonly setting: Setting;
}

const StepText = ({ step, setting: { links } }: { readonly step: Step; readonly setting: Setting }) => {
  if (step.kind === 'opened') return <b>opened</b>;
  if (step.kind === 'closed') return <b>closed</b>;
  if ('delivery' in step) {
    const destination = shownLine(step.delivery.destination);
    return step.kind === 'delivered' ? (
      <>
        told {destination}: {step.delivery.event.kind}
      </>
    ) : (
      <>gave up telling {destination}</>
    );
  }
  const { id, verdict, warned, location } = step.result;
  return (
    <>
      <ResultLink links={links} id={id}>
        <VerdictMark verdict={verdict} warned={warned} />
      </ResultLink>{' '}
      <span class="quiet">from {shownLine(location)}</span>
    </>
  );
};

const Timeline = ({ page, setting }: Props) => (
  <section id="timeline" data-live aria-labelledby="timeline-name">
    <h2 id="timeline-name">What happened</h2>
    {page.timelineCut && <p class="quiet">The newest results only; {countText(page.incident.results)} belong to it.</p>}
    <ol class="timeline">
      {page.timeline.map((step, index) => (
        <li key={index} class={step.kind}>
          <Moment at={step.at} /> <StepText step={step} setting={setting} />
        </li>
      ))}
    </ol>
  </section>
);

const deliveryState = ({ deliveredAt, givenUpAt, attempts }: Delivery): string => {
  if (deliveredAt !== undefined) return 'arrived';
  if (givenUpAt !== undefined) return 'given up';
  return attempts === 0 ? 'waiting' : 'to be tried again';
};

const Deliveries = ({ page }: Props) => (
  <section id="deliveries" data-live aria-labelledby="deliveries-name">
    <h2 id="deliveries-name">Who was told</h2>
    {page.deliveries.length === 0 ? (
      <p class="empty">No destination is set for this target.</p>
    ) : (
      <Wide name="Deliveries">
        <table>
          <thead>
            <tr>
              <th scope="col">Destination</th>
              <th scope="col">What</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Attempts
              </th>
              <th scope="col">Last error</th>
            </tr>
          </thead>
          <tbody>
            {page.deliveries.map((delivery) => (
              <tr key={delivery.id}>
                <th scope="row">{shownLine(delivery.destination)}</th>
                <td>{delivery.event.kind}</td>
                <td>{deliveryState(delivery)}</td>
                <td class="number">{delivery.attempts}</td>
                <td>{delivery.lastError === undefined ? '' : shownLine(delivery.lastError)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    )}
  </section>
);

const IncidentFacts = ({ page, setting: { links, now } }: Props) => {
  const { incident, scenario } = page;
  return (
    <Facts
      facts={[
        [
          'Target',
          <To links={links} place={targetPlace(incident.target)}>
            {shownLine(incident.target)}
          </To>,
        ],
        ['Row', <RowLink links={links} row={incident.row} />],
        ['Scenario', shownLine(scenario?.title ?? incident.scenario)],
        ['Opened', <Moment at={incident.openedAt} />],
        [
          incident.closedAt === undefined ? 'Open for' : 'Closed',
          incident.closedAt === undefined ? (
            durationText(now - incident.openedAt)
          ) : (
            <>
              <Moment at={incident.closedAt} /> <span class="quiet">after {durationText(incident.closedAt - incident.openedAt)}</span>
            </>
          ),
        ],
        ['Seen from', incident.locations.map(shownLine).join(', ')],
        ['Results', countText(incident.results)],
        ['Rule', shownLine(incident.rule)],
        ...(incident.fault === undefined ? [] : [['At fault', <FaultText fault={incident.fault} />] as const]),
      ]}
    />
  );
};

const Seen = ({
  name,
  result,
  evidence,
  links,
}: {
  readonly name: string;
  readonly result: string;
  readonly evidence: Evidence | undefined;
  readonly links: Links;
}) => (
  <>
    <h3>
      {name}:{' '}
      <ResultLink links={links} id={result}>
        the result
      </ResultLink>
    </h3>
    {evidence === undefined ? (
      <p class="empty">None is kept.</p>
    ) : (
      <EvidenceBlock evidence={evidence} id={`evidence-${name.toLowerCase()}`} />
    )}
  </>
);

const IncidentEvidence = ({ page: { incident }, setting: { links } }: Props) => {
  const { firstResult, lastResult, firstEvidence, lastEvidence } = incident;
  const alike = JSON.stringify(firstEvidence) === JSON.stringify(lastEvidence);
  return (
    <section id="evidence" data-live aria-labelledby="evidence-name">
      <h2 id="evidence-name">Evidence</h2>
      <Seen name="First" result={firstResult} evidence={firstEvidence} links={links} />
      {lastResult !== firstResult && !alike && <Seen name="Last" result={lastResult} evidence={lastEvidence} links={links} />}
      {lastResult !== firstResult && alike && (
        <p>
          <ResultLink links={links} id={lastResult}>
            The last result
          </ResultLink>{' '}
          shows the same.
        </p>
      )}
    </section>
  );
};

export const IncidentView = ({ page, setting }: Props) => {
  const { incident, scenario } = page;
  const open = incident.closedAt === undefined;
  const title = shownLine(incident.title);
  const diagnosis = incident.diagnosis ?? scenario?.diagnosis;
  return (
    <Frame
      setting={setting}
      name={title}
      place={incidentPlace(incident.id)}
      about={incident.target}
      summary={`This incident is ${open ? 'open' : 'over'}.`}
    >
      <div id="summary" class={`headline ${open ? (incident.severity === 'critical' ? 'failing' : 'degraded') : 'unknown'}`} data-live>
        <p>
          <SeverityMark severity={incident.severity} open={open} />
        </p>
        <h1>{title}</h1>
        <IncidentFacts page={page} setting={setting} />
      </div>
      {diagnosis !== undefined && (
        <section aria-labelledby="diagnosis-name">
          <h2 id="diagnosis-name">Diagnosis</h2>
          <DiagnosisBlock diagnosis={diagnosis} />
        </section>
      )}
      <IncidentEvidence page={page} setting={setting} />
      <Timeline page={page} setting={setting} />
      <Deliveries page={page} setting={setting} />
    </Frame>
  );
};
