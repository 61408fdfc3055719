import { contestantsIn, type RunningContestant, startContestant } from '../contestants/contestant.ts';
import { exchangeBytes, streamRequest, workloads } from '../contestants/workload.ts';
import { askOnce, type Received } from '../load/ask-once.ts';
import { type CuttingEnding, cuttingEndings, endedLike, gotExactly } from '../load/cut-check.ts';
import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { figure } from '../wording.ts';

const eventsBefore = 3;
const atATime = 8;
const receiptsWithinMs = 5_000;

interface Outcome {
  readonly ending: CuttingEnding;
  readonly runs: number;
  readonly exact: number;
  readonly endedAsNamed: number;
  readonly receiptsRight: number;
  readonly msPerRun: number;
}

const tokenOf = (ending: CuttingEnding): string => `wpt_${ending.replace('-', '')}`.padEnd('wpt_'.length + 16, '0');

const firstEvents = (stream: Buffer, count: number): Buffer => {
  let end = 0;
  for (let event = 0; event < count; event += 1) end = stream.indexOf('\n\n', end) + 2;
  return stream.subarray(0, end);
};

const scriptCut = async (port: number, ending: CuttingEnding): Promise<void> => {
  const body = JSON.stringify({ exchange: `openai-chat/${workloads.stream.exchange}`, fault: { afterEvents: eventsBefore, ending } });
  const { status } = await fetch(`http://127.0.0.1:${port}/__wireproof/scripts/${tokenOf(ending)}`, { method: 'PUT', body });
  if (status !== 200) throw new Error(`the mocked upstream refused the script for ${ending} with ${status}`);
};

interface JournalledReceipt {
  readonly receipt?: { readonly eventsWritten: number; readonly ended: string };
}

/** Receipts come when the server's side of a connection is over, a moment after the client's. */
const receiptsOf = async (port: number, ending: CuttingEnding): Promise<readonly JournalledReceipt[]> => {
  const giveUpAt = performance.now() + receiptsWithinMs;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/__wireproof/journal?token=${tokenOf(ending)}`);
    const calls = (await response.json()) as readonly JournalledReceipt[];
    if (calls.every(({ receipt }) => receipt !== undefined) || performance.now() > giveUpAt) return calls;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
};

const askMany = async (port: number, ending: CuttingEnding, runs: number, signal: AbortSignal): Promise<readonly Received[]> => {
  const request = streamRequest(port, tokenOf(ending));
  const received: Received[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < runs) {
      begun += 1;
      signal.throwIfAborted();
      received.push(await askOnce(port, request));
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return received;
};

const measureEnding = async (
  { port }: RunningContestant,
  ending: CuttingEnding,
  runs: number,
  events: Buffer,
  signal: AbortSignal,
): Promise<Outcome> => {
  await scriptCut(port, ending);
  const startedAt = performance.now();
  const received = await askMany(port, ending, runs, signal);
  const msPerRun = (performance.now() - startedAt) / runs;
  const receipts = await receiptsOf(port, ending);
  return {
    ending,
    runs,
    exact: received.filter((one) => gotExactly(one, events, ending)).length,
    endedAsNamed: received.filter((one) => endedLike(one, ending)).length,
    receiptsRight: receipts.filter(({ receipt }) => receipt?.eventsWritten === eventsBefore && receipt.ended === ending).length,
    msPerRun,
  };
};

const goalOf = ({ ending, runs, exact, endedAsNamed, receiptsRight }: Outcome): Goal => ({
  what: `${eventsBefore} events, then ${ending}: exactly ${eventsBefore} received, ended as named, receipt right`,
  goal: `${runs} of ${runs}`,
  measured: `${Math.min(exact, endedAsNamed, receiptsRight)} of ${runs}`,
  met: exact === runs && endedAsNamed === runs && receiptsRight === runs,
  kind: 'correctness',
});

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const { root, quick, signal, progress } = context;
  const runs = quick ? 100 : 1_000;
  const wireproof = contestantsIn(root, undefined).find(({ name }) => name === 'wireproof');
  if (wireproof === undefined) throw new Error('there is no mocked upstream to measure');
  const events = firstEvents(exchangeBytes(root, workloads.stream.exchange), eventsBefore);
  const server = await startContestant(wireproof, context, []);
  const outcomes: Outcome[] = [];
  try {
    for (const ending of cuttingEndings) {
      progress(`${runs} times ${eventsBefore} events, then ${ending}`);
      outcomes.push(await measureEnding(server, ending, runs, events, signal));
    }
  } finally {
    await server.stop();
  }
  const rows = outcomes.map((one) => [
    one.ending,
    `${one.exact} of ${one.runs}`,
    `${one.endedAsNamed} of ${one.runs}`,
    `${one.receiptsRight} of ${one.runs}`,
    figure(one.msPerRun),
  ]);
  return {
    tables: [
      {
        caption: `A stream cut after ${eventsBefore} events without any delay`,
        head: ['ending', `exactly ${eventsBefore} events received`, 'ended as named', 'receipt right', 'ms per run'],
        rows,
      },
    ],
    goals: outcomes.map(goalOf),
    notes: [
      `Mocked upstream in a process of its own, scripted over HTTP; ${atATime} requests at a time, each on a connection of its own, read byte by byte from the socket. The events must equal the fixture's first ${eventsBefore}, byte for byte. "Ended as named" tells FIN between chunks (eof), FIN within a chunk (mid-chunk), RST (reset) and a complete body (clean-eof) apart. The receipt is the mocked upstream's own account.`,
    ],
  };
};

export const measure: Measure = { name: 'fault-exactness', title: 'Exactly three events, then the cut', order: 3, run };
