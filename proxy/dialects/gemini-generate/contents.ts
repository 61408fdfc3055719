import type { AssistantPart, Turn, UserPart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { asText, needObject, needText, optionalArray, refuse, type WireObject } from '../reading.ts';
import { mediaFromWire } from './media.ts';
import { readModelPart } from './model-parts.ts';
import { readToolOutput } from './tool-output.ts';
import { camelKeys, madeUpCallId, textOf } from './wire.ts';

interface PendingCall {
  readonly id: string;
  readonly name: string;
}

interface Reading {
  readonly losses: Loss[];
  /** Calls without a result so far, oldest first. */
  pending: readonly PendingCall[];
}

/** Reads `contents`. Older clients send no call ids; then `call_<turn>_<part>` is made up, and results find theirs by name and order. */
export const readContents = (wire: readonly unknown[], losses: Loss[]): readonly Turn[] => {
  const reading: Reading = { losses, pending: [] };
  return wire.map((item, index) => readContent(needObject(item, `contents[${index}]`), index, reading));
};

const readContent = (content: WireObject, turn: number, reading: Reading): Turn => {
  const { role } = content;
  const path = `contents[${turn}]`;
  const parts = (optionalArray(content['parts'], `${path}.parts`) ?? []).map((part, i) =>
    camelKeys(needObject(part, `${path}.parts[${i}]`)),
  );
  if (role === 'model') return { role: 'assistant', parts: parts.flatMap((part, index) => readModel(part, turn, index, reading)) };
  // A request of one turn may leave the role out; `function` is the older name of a turn of results.
  if (role !== undefined && role !== 'user' && role !== 'function') refuse(`${path}.role`, '"user" or "model"', role);
  return { role: 'user', parts: parts.flatMap((part, index) => readUser(part, turn, index, reading)) };
};

const readModel = (wire: WireObject, turn: number, index: number, reading: Reading): readonly AssistantPart[] => {
  const parts = readModelPart(wire, madeUpCallId(String(turn), index)) ?? noteUnknown(wire, `contents[${turn}].parts[${index}]`, reading);
  const calls = parts.flatMap((part) => (part.kind === 'tool-call' ? [{ id: part.id, name: part.name }] : []));
  reading.pending = [...reading.pending, ...calls];
  return parts;
};

const readUser = (part: WireObject, turn: number, index: number, reading: Reading): readonly UserPart[] => {
  const path = `contents[${turn}].parts[${index}]`;
  if (part['text'] !== undefined) return [{ kind: 'text', text: needText(part['text'], `${path}.text`) }];
  if (part['functionResponse'] !== undefined) {
    const response = camelKeys(needObject(part['functionResponse'], `${path}.functionResponse`));
    return [readResult(response, `${path}.functionResponse`, madeUpCallId(String(turn), index), reading)];
  }
  const media = mediaFromWire(part, path, reading.losses);
  return media ? [media] : noteUnknown(part, path, reading);
};

const noteUnknown = (part: WireObject, path: string, { losses }: Reading): readonly [] => {
  losses.push({ path, why: `a part with ${Object.keys(part).join(', ') || 'nothing'} has no neutral form here` });
  return [];
};

const readResult = (response: WireObject, path: string, madeUpId: string, reading: Reading): UserPart => {
  const call = takeCall(response, reading);
  if (!call) reading.losses.push({ path, why: 'no earlier call matches this result' });
  const name = textOf(response['name']) || call?.name;
  const callId = asText(response['id']) || call?.id || madeUpId;
  return { kind: 'tool-result', callId, ...(name && { name }), ...readToolOutput(response, path, reading.losses) };
};

/** By id where the result has one; else the oldest open call of that name. */
const takeCall = (response: WireObject, reading: Reading): PendingCall | undefined => {
  const id = asText(response['id']);
  const call = reading.pending.find((each) => (id ? each.id === id : each.name === response['name']));
  reading.pending = reading.pending.filter((each) => each !== call);
  return call;
};
