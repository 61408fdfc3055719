import { describe, expect, it } from 'vitest';

import { readCreate } from './create-message.ts';
import { Transcript } from './transcript.ts';

const most = 10_000;
const sentFor = (text: string, transcript = new Transcript(most)) =>
  readCreate({ bytes: Buffer.from(text), isBinary: false }, transcript, most)?.bytes.toString();

describe('a response.create', () => {
  it('becomes a request whose other members are as the client wrote them', () => {
    const tools = '[ {"parameters":{"maximum":12345678901234567890, "e":1E400,"z":-0,"s":"\\u00e9"}} ]';
    const message = `{"type":"response.create", "tools": ${tools} ,"background":false,"generate":true,"input":"h\\u0069","stream":false}`;
    expect(sentFor(message)).toBe(`{"tools": ${tools},"input":"h\\u0069","stream":true}`);
  });

  it('becomes the same when a key is spelled with escapes', () => {
    expect(sentFor('{"t\\u0079pe":"response.create","a":1.0,"backgroun\\u0064":true}')).toBe('{"a":1.0,"stream":true}');
  });

  it('keeps an input that is null, and has none where there was none', () => {
    expect(sentFor('{"type":"response.create","input":null}')).toBe('{"input":null,"stream":true}');
    expect(sentFor('{"type":"response.create"}')).toBe('{"stream":true}');
  });

  it('gets the conversation before it, and keeps the rest', () => {
    const transcript = new Transcript(most);
    transcript.remember({ id: 'r1', output: [{ type: 'message' }] }, [{ type: 'first' }]);
    const message = '{"type":"response.create","seed":1e2,"previous_response_id":"r1","input":[{"type":"next"}]}';
    const input = '[{"type":"first"},{"type":"message"},{"type":"next"}]';
    expect(sentFor(message, transcript)).toBe(`{"seed":1e2,"input":${input},"stream":true}`);
  });
});
