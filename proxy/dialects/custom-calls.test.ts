import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { newAggregator } from '../ir/aggregate.ts';
import { asEvents } from '../ir/as-events.ts';
import type { AssistantPart, ChatEvent, ChatResponse, ToolCallPart } from '../ir/chat.ts';
import { asCustomCalls, asFunctionCalls, functionArguments, withCustomCalls } from './custom-calls.ts';

const names = new Set(['poet']);
const customCall: ToolCallPart = { kind: 'tool-call', id: 'c1', name: 'poet', arguments: 'roses\n"are" red', custom: true };
const functionCall: ToolCallPart = { kind: 'tool-call', id: 'c1', name: 'poet', arguments: '{"input":"roses\\n\\"are\\" red"}' };
const answer = (...parts: readonly AssistantPart[]): ChatResponse => ({ id: 'a', model: 'm', parts, stop: { reason: 'tool-calls' } });

const through = (step: (event: ChatEvent) => readonly ChatEvent[], events: readonly ChatEvent[]) => {
  const aggregator = newAggregator();
  for (const event of events.flatMap(step)) aggregator.push(event);
  return aggregator.result();
};

describe('a call of a custom tool', () => {
  it('is a function call with one argument, whole and streamed', () => {
    expect(functionArguments(customCall)).toBe(functionCall.arguments);
    expect(through(asFunctionCalls(), asEvents(answer(customCall)))).toStrictEqual(answer(functionCall));
  });

  it('is made of a function call of a tool that the client declared as custom, whole and streamed', () => {
    expect(withCustomCalls(answer(functionCall), names)).toStrictEqual(answer(customCall));
    expect(through(asCustomCalls(names), asEvents(answer(functionCall)))).toStrictEqual(answer(customCall));
  });

  it.each([undefined, new Set<string>(), new Set(['other'])])('is not made of a call of a function (%j)', (others) => {
    expect(withCustomCalls(answer(functionCall), others)).toStrictEqual(answer(functionCall));
    expect(through(asCustomCalls(others), asEvents(answer(functionCall)))).toStrictEqual(answer(functionCall));
  });

  it.each(['{"text":"roses"}', '{"input":7}', '{"inp', 'roses', '[]', ''])(
    'has as its input whatever a model wrote instead of the one argument: %s',
    (text) => {
      const odd = answer({ ...functionCall, arguments: text });
      const expected = answer({ ...customCall, arguments: text });
      expect(withCustomCalls(odd, names)).toStrictEqual(expected);
      expect(through(asCustomCalls(names), asEvents(odd))).toStrictEqual(expected);
    },
  );

  it('goes there and back, wherever its text is cut and though nobody ends it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.boolean(), (pieces, ends) => {
        const events: readonly ChatEvent[] = [
          { kind: 'start', id: 'a', model: 'm' },
          { kind: 'part-start', index: 0, part: 'tool-call', id: 'c1', name: 'poet', custom: true },
          ...pieces.flatMap((piece) => piece.split('')).map((text): ChatEvent => ({ kind: 'delta', index: 0, text })),
          ...(ends ? [{ kind: 'part-end', index: 0 } as const] : []),
          { kind: 'stop', reason: 'tool-calls' },
        ];
        const asFunctions = events.flatMap(asFunctionCalls());
        expect(through(asCustomCalls(names), asFunctions)).toStrictEqual(answer({ ...customCall, arguments: pieces.join('') }));
      }),
    );
  });
});
