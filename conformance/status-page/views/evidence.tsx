/** What was seen when something went wrong. All of it may be a target's words. */
import type { Attribution } from '../../engine/records.ts';
import type { Evidence } from '../../history/records.ts';
import { shownBlock, shownLine } from '../shown-text.ts';

const checksShown = 20;
const linesShown = 200;

const Check = ({ check }: { readonly check: Evidence['checks'][number] }) => (
  <li class="check">
    <h4>
      {shownLine(check.id)} <span class="quiet">({check.level})</span>
    </h4>
    <div class="sides">
      {check.expected !== undefined && (
        <div>
          <h5>Expected</h5>
          <pre>{shownBlock(check.expected)}</pre>
        </div>
      )}
      {check.actual !== undefined && (
        <div>
          <h5>Came</h5>
          <pre>{shownBlock(check.actual)}</pre>
        </div>
      )}
    </div>
    {check.evidence !== undefined && (
      <>
        <h5>Seen</h5>
        <pre>{shownBlock(check.evidence)}</pre>
      </>
    )}
  </li>
);

export const EvidenceBlock = ({ evidence, id }: { readonly evidence: Evidence; readonly id: string }) => (
  <div class="evidence">
    <ul class="checks">
      {evidence.checks.slice(0, checksShown).map((check) => (
        <Check key={check.id} check={check} />
      ))}
    </ul>
    {evidence.checks.length > checksShown && <p class="quiet">And {evidence.checks.length - checksShown} more checks.</p>}
    {evidence.curl !== undefined && (
      <>
        <h4>Again by hand</h4>
        <pre class="line">{shownBlock(evidence.curl)}</pre>
      </>
    )}
    {evidence.trace !== undefined && evidence.trace.length > 0 && (
      <details id={`${id}-trace`}>
        <summary>Wire trace</summary>
        <pre>{shownTrace(evidence.trace)}</pre>
      </details>
    )}
    {evidence.truncated && <p class="quiet">There was more; only a part is kept.</p>}
  </div>
);

const shownTrace = (trace: readonly string[]): string => {
  const lines = trace.slice(0, linesShown).map(shownLine);
  return trace.length > linesShown ? [...lines, `… ${trace.length - linesShown} more lines`].join('\n') : lines.join('\n');
};

const atWords: Readonly<Record<Attribution['at'], string>> = {
  proxy: 'the target itself',
  upstream: 'the upstream behind it',
  network: 'the network between us and it',
  harness: 'wireproof itself',
  unknown: 'cannot be told from here',
};

/** Who is at fault, and by which fact. */
export const FaultText = ({ fault }: { readonly fault: Attribution }) => (
  <>
    <b>{atWords[fault.at]}</b>
    <span class="quiet">: {shownLine(fault.because)}</span>
  </>
);
