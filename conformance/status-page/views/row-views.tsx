/** The page's rows in our own words, and which targets show them. */
import type { RowList, RowPage } from '../model/row-pages.ts';
import { rowPlace, targetPlace } from '../place.ts';
import { shownLine } from '../shown-text.ts';
import { shareText } from '../words.ts';
import { Frame, type Setting } from './frame.tsx';
import { DiagnosisBlock, StandingMark, To, Wide } from './parts.tsx';
import { UptimeBar } from './uptime-bar.tsx';

export const RowListView = ({ page, setting }: { readonly page: RowList; readonly setting: Setting }) => (
  <Frame setting={setting} name="Rows" place={{ path: ['rows'] }}>
    <h1>Rows</h1>
    <p class="lead">What can go wrong, by the rows of the troubleshooting page. The state is that of the worst target.</p>
    <div id="rows" data-live>
      <Wide name="Rows">
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Targets
              </th>
            </tr>
          </thead>
          <tbody>
            {page.rows.map(({ row, title, standing, targets }) => (
              <tr key={row}>
                <th scope="row">
                  <span class="row-id">{typeof row === 'number' ? row : ''}</span>
                  <To links={setting.links} place={rowPlace(row)}>
                    {title}
                  </To>
                </th>
                <td>
                  <StandingMark standing={standing} now={setting.now} />
                </td>
                <td class="number">{targets}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {page.rows.length === 0 && <p class="empty">No row is checked.</p>}
    </div>
  </Frame>
);

const RowTargets = ({ page, setting }: { readonly page: RowPage; readonly setting: Setting }) => (
  <section id="row-targets" data-live aria-labelledby="row-targets-name">
    <h2 id="row-targets-name">Targets</h2>
    <Wide name="Targets">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Target</th>
            <th scope="col">State</th>
            <th scope="col">90 days</th>
            <th scope="col" class="number">
              Passed
            </th>
          </tr>
        </thead>
        <tbody>
          {page.targets.map(({ name, standing, uptime }) => (
            <tr key={name}>
              <th scope="row">
                <To links={setting.links} place={targetPlace(name)}>
                  {shownLine(name)}
                </To>
              </th>
              <td>
                <StandingMark standing={standing} now={setting.now} />
              </td>
              <td>
                <UptimeBar uptime={uptime} />
              </td>
              <td class="number">{shareText(uptime.pass, uptime.judged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
    {page.targets.length === 0 && <p class="empty">No target is asked about it.</p>}
    {page.moreTargets > 0 && <p class="quiet">And {page.moreTargets} more.</p>}
  </section>
);

export const RowView = ({ page, setting }: { readonly page: RowPage; readonly setting: Setting }) => {
  const name = typeof page.row === 'number' ? `Row ${page.row}` : page.row;
  return (
    <Frame setting={setting} name={name} place={rowPlace(page.row)}>
      <h1>
        {name}: {page.title}
      </h1>
      <RowTargets page={page} setting={setting} />
      <section aria-labelledby="meaning-name">
        <h2 id="meaning-name">What it is about</h2>
        {page.scenarios.map((scenario) => (
          <article class="card" key={scenario.id}>
            <h3>{shownLine(scenario.title)}</h3>
            <p class="id">{shownLine(scenario.id)}</p>
            <DiagnosisBlock diagnosis={scenario.diagnosis} />
          </article>
        ))}
        {page.scenarios.length === 0 && <p class="empty">Nothing is known of its scenarios here.</p>}
      </section>
    </Frame>
  );
};
