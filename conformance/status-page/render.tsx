/** A page of the status page as a whole document. */
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';

import type { IncidentList, IncidentPage } from './model/incident-pages.ts';
import type { Overview } from './model/overview.ts';
import type { ResultPage, RoundPage } from './model/result-pages.ts';
import type { RowList, RowPage } from './model/row-pages.ts';
import type { TargetPage } from './model/target-page.ts';
import type { Setting } from './views/frame.tsx';
import { IncidentListView, IncidentView } from './views/incident-views.tsx';
import { OverviewPage } from './views/overview-page.tsx';
import { ResultView, RoundView } from './views/result-views.tsx';
import { RowListView, RowView } from './views/row-views.tsx';
import { TargetView } from './views/target-view.tsx';

/** What a page shows, by the kind of page. */
export interface PageModels {
  readonly overview: Overview;
  readonly target: TargetPage;
  readonly rows: RowList;
  readonly row: RowPage;
  readonly incidents: IncidentList;
  readonly incident: IncidentPage;
  readonly round: RoundPage;
  readonly result: ResultPage;
}
export type PageKind = keyof PageModels;
export type PageModel = { readonly [Kind in PageKind]: { readonly kind: Kind; readonly page: PageModels[Kind] } }[PageKind];

const viewOf = (model: PageModel, setting: Setting): VNode => {
  switch (model.kind) {
    case 'overview':
      return <OverviewPage overview={model.page} setting={setting} />;
    case 'target':
      return <TargetView page={model.page} setting={setting} />;
    case 'rows':
      return <RowListView page={model.page} setting={setting} />;
    case 'row':
      return <RowView page={model.page} setting={setting} />;
    case 'incidents':
      return <IncidentListView page={model.page} setting={setting} />;
    case 'incident':
      return <IncidentView page={model.page} setting={setting} />;
    case 'round':
      return <RoundView page={model.page} setting={setting} />;
    default:
      return <ResultView page={model.page} setting={setting} />;
  }
};

/** Synchronous and pure: the same model and setting make the same text. */
export const renderPage = (model: PageModel, setting: Setting): string => `<!doctype html>\n${render(viewOf(model, setting))}\n`;
