import type { ResultRecord, Verdict } from '../../engine/records.ts';
import { html, type Markup } from './safe.ts';

/** A verdict, or that a failure is known. */
export type Column = Verdict | 'known';

export const columnOf = ({ verdict, knownFailure }: ResultRecord): Column =>
  verdict === 'fail' && knownFailure !== undefined ? 'known' : verdict;

/** The word says it; its colour only repeats it. */
export const verdictWord = (column: Column): Markup => html`<span class="verdict ${column}">${column}</span>`;

/** An id for a link inside the page, of letters, digits and hyphens. */
export const anchorOf = (kind: string, id: string): string => `${kind} ${id}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
