/** What was spent beside what may be. */
import type { Amounts } from '../../history/records.ts';
import type { Ceilings, HistoryStore } from '../../history/store.ts';
import { countText, moneyText } from '../words.ts';
import { Wide } from './parts.tsx';

type Spent = Amounts & { readonly seconds: number };
const kinds = [
  ['requests', 'Requests', countText],
  ['inputTokens', 'Input tokens', countText],
  ['outputTokens', 'Output tokens', countText],
  ['seconds', 'Seconds', countText],
  ['usd', 'Money (estimated)', moneyText],
] as const satisfies readonly (readonly [keyof Ceilings, string, (value: number) => string])[];

/** From here on it is shown as scarce. */
const nearlyAll = 0.9;

const Share = ({ of, spent }: { readonly of: number; readonly spent: number }) => {
  const share = of === 0 ? 1 : Math.min(1, spent / of);
  return (
    <svg class={`share${share >= nearlyAll ? ' near' : ''}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <path class="whole" d="M0 3H100" />
      <path class="spent" d={`M0 3H${Math.round(share * 100)}`} />
    </svg>
  );
};

interface CellProps {
  readonly of: number | undefined;
  readonly spent: number;
  readonly text: (value: number) => string;
  readonly none: string;
}

const SpentCell = ({ of, spent, text, none }: CellProps) => (
  <td>
    <span class="figure">{text(spent)}</span> <span class="quiet">{of === undefined ? none : `of ${text(of)}`}</span>
    {of !== undefined && <Share of={of} spent={spent} />}
  </td>
);

interface SpendingProps {
  readonly spent: Awaited<ReturnType<HistoryStore['spent']>>;
  readonly budget: { readonly hour: Ceilings; readonly day: Ceilings };
  /** What stands where there is no ceiling. */
  readonly none: string;
}

export const Spending = ({ spent, budget, none }: SpendingProps) => (
  <section id="budget" data-live aria-labelledby="budget-name">
    <h2 id="budget-name">Spent and allowed</h2>
    <Wide name="Spent and allowed">
      <table class="budget">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">This hour</th>
            <th scope="col">Today (UTC)</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(([kind, name, text]) => (
            <tr key={kind}>
              <th scope="row">{name}</th>
              {(['hour', 'day'] as const).map((window) => {
                const used: Spent = spent[window];
                return <SpentCell key={window} of={budget[window][kind]} spent={used[kind]} text={text} none={none} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  </section>
);
