import { html } from '../../reporters/html/safe.ts';
import type { ReportedChange } from '../drift-report.ts';
import type { DriftFormat } from '../find-format.ts';
import { askedText, changeLines, changeTitle, countsText, gapsText } from '../drift-words.ts';

/** No script, and nothing from elsewhere. Severities are words, not only colours. */
const style = html`
  :root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
  article { border-left: 0.4rem solid #767676; padding: 0 1rem; margin: 1.5rem 0; } article.breaking { border-color: #c0262d; }
  article.additive { border-color: #b07a00; } h2 { font-size: 1rem; overflow-wrap: anywhere; margin: 0; } pre { white-space: pre-wrap;
  overflow-wrap: anywhere; margin: 0.3rem 0; }
`;

const changePage = (change: ReportedChange) => html`
  <article class="${change.severity}" id="${change.id}">
    <h2>${change.severity}: ${changeTitle(change)}</h2>
    <pre>${changeLines(change).join('\n')}</pre>
    <p>Change <code>${change.id}</code></p>
  </article>
`;

export const format: DriftFormat = (report) => {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <title>Upstream drift</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <h1>Upstream drift</h1>
          <p>${[countsText(report), ...askedText(report)].join('; ')}</p>
          ${report.changes.map(changePage)} ${gapsText(report).map((line) => html`<p>${line}</p> `)}
        </main>
      </body>
    </html> `;
  return page.source;
};
