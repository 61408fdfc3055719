import { defineDefect } from '../defect.ts';

const ofACall = /tool_calls|input_json_delta|"tool_use"|function_call|functionCall/;
const end = /(?<=\r?\n\r?\n)/;

/** Text goes out as it comes; from the first event of a call on, everything waits for the end. */
async function* callsAtTheEnd(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = '';
  const held: string[] = [];
  for await (const piece of pieces) {
    const events = (rest + piece.toString('latin1')).split(end);
    rest = /\n\r?\n$/.test(events.at(-1) ?? '') ? '' : (events.pop() ?? '');
    for (const event of events) {
      if (held.length > 0 || ofACall.test(event)) held.push(event);
      else yield Buffer.from(event, 'latin1');
    }
  }
  yield Buffer.from(held.join('') + rest, 'latin1');
}

export default defineDefect({
  id: 'tool-calls-come-in-one-lump',
  about: 'Text is streamed, and tool calls are collected and written at the end of the answer',
  seenIn: 'performance.md 3.3 row 7: bifrost#2048, tool deltas in one lump',
  outgoing: callsAtTheEnd,
});
