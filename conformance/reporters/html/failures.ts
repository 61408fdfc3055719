import { rowName } from '#scenarios/kit/page-row';

import type { ExpectationRecord, RepeatRecord, ResultRecord, TraceLine } from '../../engine/records.ts';
import { repeatTitle } from '../failure-text.ts';
import { grouped } from '../grouped.ts';
import { valueText } from '../printable.ts';
import { cellOf, counted, failureTitle, surprises, warnings } from '../words.ts';
import { anchorOf, columnOf, verdictWord } from './marks.ts';
import { html, nothing, when, type Markup } from './safe.ts';

/** A page with more of them would be too heavy for a phone; the table of all cells still names the rest. */
export const mostFailures = 300;

const checkPart = ({ id, level, side, expected, actual, evidence, attribution }: ExpectationRecord): Markup =>
  html`<div class="check">
    <p><code>${id}</code> <span class="quiet">${level}, seen from the ${side}'s side</span></p>
    <div class="sides">
      <div>
        <h4>Expected</h4>
        <pre>${valueText(expected)}</pre>
      </div>
      <div>
        <h4>Actual</h4>
        <pre>${valueText(actual)}</pre>
      </div>
    </div>
    ${when(
      evidence !== undefined,
      () =>
        html`<h4>Evidence</h4>
          <pre>${evidence ?? ''}</pre>`,
    )}
    ${when(attribution !== undefined, () => html`<p>At fault: <strong>${attribution?.at ?? ''}</strong>. ${attribution?.because ?? ''}</p>`)}
  </div>`;

const traceText = ({ direction, what }: TraceLine): string => `${direction} ${what}`;

const traceRow = (line: TraceLine): Markup =>
  html`<tr>
    <td class="number ms" data-of="ms">${line.atMs.toFixed(1)}</td>
    <td class="step" data-of="step">${line.step}</td>
    <td data-of="caller">${line.side === 'caller' ? traceText(line) : ''}</td>
    <td class="upstream" data-of="upstream">${line.side === 'upstream' ? traceText(line) : ''}</td>
  </tr>`;

const tracePart = ({ trace = [] }: ResultRecord): Markup =>
  when(
    trace.length > 0,
    () =>
      html`<h4>Wire trace, both sides</h4>
        <div class="wide" tabindex="0" role="group" aria-label="Wire trace">
          <table class="trace">
            <thead>
              <tr>
                <th class="ms" scope="col">ms</th>
                <th class="step" scope="col">step</th>
                <th scope="col">caller and proxy</th>
                <th class="upstream" scope="col">proxy and upstream</th>
              </tr>
            </thead>
            <tbody>
              ${trace.map(traceRow)}
            </tbody>
          </table>
        </div>`,
  );

const repeatPart = (each: RepeatRecord): Markup =>
  html`<h4>Repeat ${repeatTitle(each)}</h4>
    <pre class="line">${each.curl}</pre>
    ${when(each.note !== undefined, () => html`<p class="quiet">${each.note ?? ''}</p>`)}`;

const knownPart = ({ knownFailure }: ResultRecord): Markup =>
  knownFailure === undefined
    ? nothing
    : html`<p class="problem">Known failure: ${knownFailure.reason} (${knownFailure.owner}, until ${knownFailure.expires})</p>`;

const resultPart = (result: ResultRecord): Markup =>
  html`<details data-item="${result.scenario}" data-verdict="${columnOf(result)}" data-arm="${result.arm}">
    <summary>${verdictWord(columnOf(result))} ${result.arm}, ${cellOf(result)}: ${failureTitle(result)}</summary>
    <div class="inside">
      ${knownPart(result)}${when(result.reason !== undefined, () => html`<p>${result.reason ?? ''}</p>`)}
      ${surprises(result).map(checkPart)}${tracePart(result)}${(result.repeat ?? []).map(repeatPart)}
    </div>
  </details>`;

const diagnosisPart = (results: readonly ResultRecord[]): Markup => {
  const diagnosis = results.find((result) => result.diagnosis !== undefined)?.diagnosis;
  if (diagnosis === undefined) return nothing;
  const { symptom, cause, check, remediation } = diagnosis;
  return html`<dl class="diagnosis">
    <dt>Symptom</dt>
    <dd>${symptom}</dd>
    <dt>Likely cause</dt>
    <dd>${cause}</dd>
    <dt>Immediate check</dt>
    <dd>${check}</dd>
    <dt>Remediation</dt>
    <dd>${remediation}</dd>
  </dl>`;
};

const scenarioPart = (id: string, results: readonly ResultRecord[], title: string): Markup =>
  html`<section data-group="failures" id="${anchorOf('failures of', id)}">
    <h3>${rowName(results[0]?.row ?? 0)} <code>${id}</code>${title === '' ? '' : ` ${title}`}</h3>
    ${diagnosisPart(results)} ${results.map(resultPart)}
  </section>`;

/** Every failure in full, by scenario, up to a bound that is told. */
export const failuresPart = (results: readonly ResultRecord[], titles: Readonly<Record<string, string>>): Markup => {
  const failed = results.filter(({ verdict }) => verdict === 'fail');
  if (failed.length === 0) return nothing;
  const shown = failed.slice(0, mostFailures);
  return html`<h2 id="failures">Failures</h2>
    ${[...grouped(shown, ({ scenario }) => scenario)].map(([id, ofScenario]) => scenarioPart(id, ofScenario, titles[id] ?? ''))}
    ${when(failed.length > shown.length, () => html`<p>${failed.length - shown.length} more failures are in the table of all cells below, and in full in the json report.</p>`)}`;
};

const warnedPart = (result: ResultRecord): Markup =>
  html`<details data-item="${result.scenario}" data-verdict="${columnOf(result)}" data-arm="${result.arm}">
    <summary><span class="verdict warn">warning</span> ${result.scenario} ${result.arm}, ${cellOf(result)}</summary>
    <div class="inside">
      ${warnings(result).map(checkPart)}${result.verdict === 'fail' ? nothing : (result.repeat ?? []).map(repeatPart)}
    </div>
  </details>`;

/** `should` checks that deviate; they do not fail the run. */
export const warningsPart = (results: readonly ResultRecord[]): Markup => {
  const warned = results.filter((result) => warnings(result).length > 0);
  const shown = warned.slice(0, mostFailures);
  return when(
    warned.length > 0,
    () =>
      html`<section data-group="warnings">
        <h2>Warnings</h2>
        <p class="quiet">${counted(warned.length, 'cell')}; these do not fail the run.</p>
        ${shown.map(warnedPart)}
      </section>`,
  );
};
