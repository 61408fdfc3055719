import { describe, expect, it } from 'vitest';

import { JsonBody, textOf } from '../../json/json-body.ts';
import type { Operation } from '../provider.ts';
import provider from './index.ts';

const credential = { id: 'codex', provider: 'codex', baseUrl: 'http://127.0.0.1', secret: 'key', fields: {} };
const about = {
  operation: 'generate' as Operation,
  model: 'm',
  stream: false,
  credential,
  attemptId: 'a',
  clientHeaders: {},
  translated: false,
};

const sentFor = (text: string): readonly string[] =>
  [text, JsonBody.of([Buffer.from(text)])].map((body) => textOf(provider.prepare({ ...about, body }).body));
const both = (text: string): readonly string[] => [text, text];

const added = '"stream":true,"store":false';

describe('what is sent to the Codex backend', () => {
  it('keeps what it takes as the client wrote it', () => {
    const kept = '"tools": [{"parameters":{"maximum":12345678901234567890,"e":1E400,"z":-0}}],"input":[{"role":"user","n":1.0}]';
    const fine = '"include":["reasoning.encrypted_content", "x"],"instructions":"h\\u0069"';
    expect(sentFor(`{ ${kept},${fine}, "top_p":1.0,"stream":false,"service_tier":"flex"}`)).toEqual(both(`{${kept},${fine},${added}}`));
  });

  it('has what it asks for beside that', () => {
    const input = '[{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}]';
    const rest = `"instructions":"","input":${input},"include":["x","reasoning.encrypted_content"],${added}`;
    expect(sentFor('{"seed":1e2,"input":"hi","include":["x"],"instructions":null}')).toEqual(both(`{"seed":1e2,${rest}}`));
  });

  it('has no system role', () => {
    const body = '{"instructions":"","include":["reasoning.encrypted_content"],"input":[{"role":"system","content":"s"},{"role":"user"}]}';
    const input = '[{"role":"developer","content":"s"},{"role":"user"}]';
    expect(sentFor(body)).toEqual(both(`{"instructions":"","include":["reasoning.encrypted_content"],"input":${input},${added}}`));
  });
});
