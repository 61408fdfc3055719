import { byPageRow } from '#scenarios/kit/page-row';

import { verdicts, type Report, type ResultRecord } from '../../engine/records.ts';
import { grouped } from '../grouped.ts';
import { armsIn, unjudgedGroups } from '../outcome.ts';
import { cellOf, counted, failureTitle, reasonOf } from '../words.ts';
import { anchorOf, columnOf, verdictWord, type Column } from './marks.ts';
import { html, nothing, when, type Markup } from './safe.ts';

const columns: readonly Column[] = [...verdicts, 'known'];

const armCounts = (results: readonly ResultRecord[]): Markup => {
  const counts = columns
    .map((column) => ({ column, count: results.filter((result) => columnOf(result) === column).length }))
    .filter(({ count }) => count > 0);
  if (counts.length === 0) return html`<span class="quiet" aria-label="not run">-</span>`;
  return html`${counts.map(({ column, count }) => html`<span class="verdict ${column}">${count} ${column}</span> `)}`;
};

const scenarioName = (id: string, results: readonly ResultRecord[]): Markup =>
  results.some(({ verdict }) => verdict === 'fail') ? html`<a href="#${anchorOf('failures of', id)}">${id}</a>` : html`${id}`;

const matrixRow = (id: string, results: readonly ResultRecord[], arms: readonly string[], title: string): Markup =>
  html`<tr>
    <td class="number">${results[0]?.row ?? ''}</td>
    <th scope="row">${scenarioName(id, results)}</th>
    ${arms.map((arm) => html`<td>${armCounts(results.filter((result) => result.arm === arm))}</td>`)}
    <td>${title}</td>
  </tr>`;

/** A row per scenario: how many cells of each arm ended how. */
export const matrixPart = ({ results }: Report, titles: Readonly<Record<string, string>>): Markup => {
  if (results.length === 0) return html`<p class="problem">Nothing was run.</p>`;
  const arms = armsIn(results);
  const scenarios = [...grouped(results, ({ scenario }) => scenario)].sort(
    ([idA, [a]], [idB, [b]]) => byPageRow(a?.row ?? 0, b?.row ?? 0) || idA.localeCompare(idB),
  );
  return html`<h2 id="matrix">Matrix</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Matrix">
      <table>
        <thead>
          <tr>
            <th scope="col">row</th>
            <th scope="col">scenario</th>
            ${arms.map((arm) => html`<th scope="col">${arm}</th>`)}
            <th scope="col">title</th>
          </tr>
        </thead>
        <tbody>
          ${scenarios.map(([id, ofScenario]) => matrixRow(id, ofScenario, arms, titles[id] ?? ''))}
        </tbody>
      </table>
    </div>`;
};

/** What could not be judged, by verdict and reason. */
export const unjudgedPart = ({ results }: Report): Markup => {
  const groups = unjudgedGroups(results, reasonOf);
  if (groups.length === 0) return nothing;
  return html`<h2>Not judged</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Not judged">
      <table>
        <thead>
          <tr>
            <th scope="col">verdict</th>
            <th scope="col">cells</th>
            <th scope="col">reason</th>
          </tr>
        </thead>
        <tbody>
          ${groups.map(
            ({ verdict, reason, because }) =>
              html`<tr>
                <td>${verdictWord(verdict)}</td>
                <td class="number">${because.length}</td>
                <td>${reason}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
};

const noteOf = (result: ResultRecord): string => {
  if (result.verdict === 'pass') return '';
  return result.verdict === 'fail' ? failureTitle(result) : reasonOf(result);
};

const cellRow = (result: ResultRecord): Markup =>
  html`<tr data-item="${result.scenario}" data-verdict="${columnOf(result)}" data-arm="${result.arm}">
    <td class="number">${result.row}</td>
    <th scope="row">${result.scenario}</th>
    <td>${result.arm}</td>
    <td>${cellOf(result)}</td>
    <td>${verdictWord(columnOf(result))}</td>
    <td class="number">${result.expectations.length}</td>
    <td class="number">${Math.round(result.durationMs)}</td>
    <td>${noteOf(result)}</td>
  </tr>`;

/** Every result, a line each. */
export const cellsPart = ({ results }: Report): Markup =>
  when(
    results.length > 0,
    () =>
      html`<section data-group="cells">
        <h2 id="cells">All cells</h2>
        <p class="quiet">${counted(results.length, 'cell')}</p>
        <div class="wide" tabindex="0" role="region" aria-label="All cells">
          <table>
            <thead>
              <tr>
                <th scope="col">row</th>
                <th scope="col">scenario</th>
                <th scope="col">arm</th>
                <th scope="col">caller &gt; upstream</th>
                <th scope="col">verdict</th>
                <th scope="col">checks</th>
                <th scope="col">ms</th>
                <th scope="col">note</th>
              </tr>
            </thead>
            <tbody>
              ${results.map(cellRow)}
            </tbody>
          </table>
        </div>
      </section>`,
  );

const option = (value: string): Markup => html`<option value="${value}">${value}</option>`;

/** Hidden until the script is there, because it does nothing without it. */
export const filterPart = ({ results }: Report): Markup => {
  const found = columns.filter((column) => results.some((result) => columnOf(result) === column));
  return html`<form class="filter" id="filter" role="search" aria-label="Filter cells" hidden="">
    <label class="search" for="search">Search (press /)<input type="search" id="search" autocomplete="off" spellcheck="false" /></label>
    <label for="verdict"
      >Verdict<select id="verdict">
        <option value="">all</option>
        ${found.map(option)}
      </select></label
    >
    <label for="arm"
      >Arm<select id="arm">
        <option value="">all</option>
        ${armsIn(results).map(option)}
      </select></label
    >
    <button type="reset">Show all</button>
    <p id="told" class="quiet" role="status"></p>
  </form>`;
};
