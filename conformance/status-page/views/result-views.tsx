/** A round with its results, and one result with its evidence. */
import type { ProbeResult } from '../../history/records.ts';
import type { ResultPage, RoundPage } from '../model/result-pages.ts';
import { resultPlace, roundPlace, targetPlace } from '../place.ts';
import { shownLine } from '../shown-text.ts';
import { countText, durationText, latencyText, moneyText } from '../words.ts';
import { EvidenceBlock, FaultText } from './evidence.tsx';
import { Frame, type Setting } from './frame.tsx';
import { DiagnosisBlock, Facts, Moment, Pager, ResultLink, RowLink, To, VerdictMark, Wide } from './parts.tsx';
import { roundOutcome } from './target-view.tsx';

const ResultRow = ({ result, setting: { links } }: { readonly result: ProbeResult; readonly setting: Setting }) => (
  <tr>
    <th scope="row">
      <ResultLink links={links} id={result.id}>
        {shownLine(result.scenario)}
      </ResultLink>
    </th>
    <td>
      <VerdictMark verdict={result.verdict} warned={result.warned} />
      {result.reason !== undefined && <span class="quiet"> {shownLine(result.reason)}</span>}
    </td>
    <td class="number">{latencyText(result.totalMs)}</td>
    <td class="number">{latencyText(result.firstByteMs)}</td>
    <td class="number">{countText(result.spent.requests)}</td>
  </tr>
);

export const RoundView = ({ page, setting }: { readonly page: RoundPage; readonly setting: Setting }) => {
  const { round, results } = page;
  return (
    <Frame setting={setting} name={`Round at ${shownLine(round.target)}`} place={roundPlace(round.id)} about={round.target}>
      <h1>Round at {shownLine(round.target)}</h1>
      <Facts
        facts={[
          [
            'Target',
            <To links={setting.links} place={targetPlace(round.target)}>
              {shownLine(round.target)}
            </To>,
          ],
          ['From', shownLine(round.location)],
          ['Why', shownLine(round.reason)],
          ['Due', <Moment at={round.dueAt} />],
          ['Begun', <Moment at={round.startedAt} />],
          ['Took', durationText(round.endedAt - round.startedAt)],
          ['Outcome', roundOutcome(round)],
          [
            'Spent',
            `${countText(round.spent.requests)} requests, ${countText(round.spent.inputTokens)} + ${countText(round.spent.outputTokens)} tokens, ${moneyText(round.spent.usd)}`,
          ],
        ]}
      />
      <h2>Results</h2>
      {results.items.length === 0 ? (
        <p class="empty">None are kept.</p>
      ) : (
        <Wide name="Results">
          <table>
            <thead>
              <tr>
                <th scope="col">Scenario</th>
                <th scope="col">Verdict</th>
                <th scope="col" class="number">
                  Latency
                </th>
                <th scope="col" class="number">
                  First byte
                </th>
                <th scope="col" class="number">
                  Requests
                </th>
              </tr>
            </thead>
            <tbody>
              {results.items.map((result) => (
                <ResultRow key={result.id} result={result} setting={setting} />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      <Pager links={setting.links} part={results} name="results" at={(after) => roundPlace(round.id, { after })} />
    </Frame>
  );
};

const ResultFacts = ({ page: { result }, setting: { links } }: { readonly page: ResultPage; readonly setting: Setting }) => (
  <Facts
    facts={[
      [
        'Target',
        <To links={links} place={targetPlace(result.target)}>
          {shownLine(result.target)}
        </To>,
      ],
      ['Scenario', <span class="id">{shownLine(result.scenario)}</span>],
      ['Row', <RowLink links={links} row={result.row} />],
      ['From', shownLine(result.location)],
      ['At', <Moment at={result.at} />],
      ['Latency', latencyText(result.totalMs)],
      ['First byte', latencyText(result.firstByteMs)],
      [
        'Round',
        <To links={links} place={roundPlace(result.round)}>
          the whole round
        </To>,
      ],
      ['Spent', `${countText(result.spent.requests)} requests, ${moneyText(result.spent.usd)}`],
      ...(result.fault === undefined ? [] : [['At fault', <FaultText fault={result.fault} />] as const]),
      ...(result.known === undefined
        ? []
        : [
            [
              'Known',
              `${shownLine(result.known.reason)} (owner ${shownLine(result.known.owner)}, until ${shownLine(result.known.expires)})`,
            ] as const,
          ]),
    ]}
  />
);

export const ResultView = ({ page, setting }: { readonly page: ResultPage; readonly setting: Setting }) => {
  const { result, scenario } = page;
  const title = shownLine(scenario?.title ?? result.scenario);
  const diagnosis = result.diagnosis ?? (result.verdict === 'fail' ? scenario?.diagnosis : undefined);
  return (
    <Frame setting={setting} name={title} place={resultPlace(result.id)} about={result.target}>
      <h1>{title}</h1>
      <p>
        <VerdictMark verdict={result.verdict} warned={result.warned} />
        {result.reason !== undefined && <span> {shownLine(result.reason)}</span>}
      </p>
      <ResultFacts page={page} setting={setting} />
      {diagnosis !== undefined && (
        <section aria-labelledby="diagnosis-name">
          <h2 id="diagnosis-name">Diagnosis</h2>
          <DiagnosisBlock diagnosis={diagnosis} />
        </section>
      )}
      <section aria-labelledby="evidence-name">
        <h2 id="evidence-name">Evidence</h2>
        {result.evidence === undefined ? <p class="empty">None is kept.</p> : <EvidenceBlock evidence={result.evidence} id="evidence" />}
      </section>
    </Frame>
  );
};
