import { exactly, exactlyButIds, type ExpectedAnswer, problemWith } from '../load/answer-check.ts';
import { askOnce } from '../load/ask-once.ts';
import { readChatAnswer } from '../load/chat-answer.ts';
import type { RunningContestant } from './contestant.ts';
import { exchangeBytes, type Workload } from './workload.ts';

export const eventsPerStream = 100;
const jsonBytes = 1_024;

const expectOrdinary = (label: string, expected: ExpectedAnswer, workload: Workload): void => {
  const { events, bytes } = expected;
  const size = workload.name === 'json' ? `${bytes.length} bytes` : `${events} events`;
  const wanted = workload.name === 'json' ? `${jsonBytes} bytes` : `${eventsPerStream} events`;
  if (size !== wanted) throw new Error(`${label} answers with ${size} instead of ${wanted}`);
};

/** Aimock's own words around our text: read in full once, then every later answer must be the same but for ids and times. */
const learnt = (label: string, body: Buffer, ours: Buffer): ExpectedAnswer => {
  const [said, wanted] = [readChatAnswer(body), readChatAnswer(ours)];
  if (!said.text.startsWith(wanted.text) || said.finish !== wanted.finish) {
    throw new Error(`${label} says something else: ${said.finish} ${said.text.slice(0, 80)}`);
  }
  return exactlyButIds(body);
};

/** What this server must answer every time; its first answer is checked against it at once. */
export const expectedOf = async (root: string, { contestant, port }: RunningContestant, workload: Workload): Promise<ExpectedAnswer> => {
  const ours = exchangeBytes(root, workload.exchange);
  const first = await askOnce(port, workload.request(port));
  const expected = contestant.makesUpIds ? learnt(contestant.label, first.body, ours) : exactly(ours);
  const problem = problemWith(first, expected);
  if (problem !== undefined) throw new Error(`${contestant.label}, ${workload.name}: ${problem}`);
  expectOrdinary(contestant.label, expected, workload);
  return expected;
};
