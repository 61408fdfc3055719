import { createHash } from 'node:crypto';

import type { Report } from '../../engine/records.ts';
import { exitText, outcomeOf } from '../outcome.ts';
import { counted } from '../words.ts';
import { failuresPart, warningsPart } from './failures.ts';
import { Markup, html, type Markup as Part } from './safe.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { cellsPart, filterPart, matrixPart, unjudgedPart } from './tables.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Exactly the text whose hash the policy names stands in the element. */
const element = (name: 'script' | 'style', text: string): Part => new Markup(`<${name}>${text}</${name}>`);

/** Nothing is loaded from anywhere, and only the one script and the one style that were made here are taken. */
const contentPolicy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const headPart = (report: Report): Part =>
  html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${new Markup(contentPolicy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>Wireproof: ${report.target.name}: ${outcomeOf(report).text}</title>
    ${element('style', style)}
  </head>`;

const factsOf = ({ target, summary, run, tool, results }: Report): readonly string[] => [
  `profile ${target.profile}`,
  ...(target.version === undefined ? [] : [`version ${target.version}`]),
  ...(target.url === undefined ? [] : [target.url]),
  `${counted(summary.checks, 'check')} in ${counted(results.length, 'cell')}`,
  `${(run.durationMs / 1000).toFixed(2)} s`,
  `seed ${run.seed}`,
  run.startedAt,
  `${tool.name} ${tool.version}`,
];

const problemsOf = (report: Report): readonly string[] => [
  ...(report.run.complete ? [] : ['The run was stopped before its end: this report is incomplete.']),
  ...(report.baseline ?? []).map(({ entry, problem, message }) => `Baseline entry ${entry} is ${problem}: ${message}`),
  ...(report.contradictedClaims ?? []).map(({ claim, because }) => `The claim ${claim} of the profile is contradicted: ${because}`),
];

const verdictClass = { good: 'pass', bad: 'fail', open: 'inconclusive' } as const;

const topPart = (report: Report): Part => {
  const { text, kind } = outcomeOf(report);
  return html`<header>
    <h1>${report.target.name}: <span class="${verdictClass[kind]}">${text}</span></h1>
    <p>${exitText(report)}</p>
    <ul class="facts quiet">
      ${factsOf(report).map((fact) => html`<li>${fact}</li>`)}
    </ul>
    ${problemsOf(report).map((problem) => html`<p class="problem">${problem}</p>`)}
  </header>`;
};

/**
 * The whole page as one file: readable without a script and without a network. It is well-formed XML too, outside of its script and style.
 */
export const htmlPage = (report: Report, titles: Readonly<Record<string, string>>): string => {
  const { source } = html`<html lang="en">
    ${headPart(report)}
    <body>
      <a class="skip" href="#matrix">To the matrix</a>
      ${topPart(report)}
      <main>
        ${matrixPart(report, titles)} ${filterPart(report)} ${failuresPart(report.results, titles)} ${warningsPart(report.results)}
        ${unjudgedPart(report)} ${cellsPart(report)}
      </main>
      ${element('script', script)}
    </body>
  </html>`;
  return `<!DOCTYPE html>\n${source}\n`;
};
