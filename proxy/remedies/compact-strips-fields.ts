import { textOf } from '../json/json-body.ts';
import type { Attempt } from './remedy.ts';
import { defineRemedy } from './remedy.ts';

/** Fields of generation that compaction endpoints do not know and answer with 400 (row 20 b; `store` is seen most). */
const notKnown = new Set([
  'background',
  'context_management',
  'conversation',
  'include',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'safety_identifier',
  'store',
  'stream_options',
  'temperature',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]);

// `stream: true` is somebody else's case (compact-refuses-stream); every other value only says "no stream" and goes.
const isKept = ([key, value]: readonly [string, unknown]): boolean => (key === 'stream' ? value === true : !notKnown.has(key));

/** Codex wants `instructions`, if only empty (sheet P20). */
const required = ({ provider }: Attempt, body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  provider === 'codex' && body.instructions === undefined ? { instructions: '' } : {};

export default defineRemedy({
  id: 'compact-strips-fields',
  matrixRow: 20,
  about: 'Compaction requests lose the fields that only generation knows, such as store, truncation and stream: false.',
  onAttempt: (attempt) => {
    const { operation, call } = attempt;
    if (operation !== 'compact') return call;
    const body = JSON.parse(textOf(call.body)) as Readonly<Record<string, unknown>>;
    const kept = Object.entries(body).filter(isKept);
    const added = required(attempt, body);
    const isSame = kept.length === Object.keys(body).length && Object.keys(added).length === 0;
    return isSame ? call : { ...call, body: JSON.stringify({ ...Object.fromEntries(kept), ...added }) };
  },
});
