import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answer } from '#fixtures/upstreams/script';

import { judgeTrace } from '../trace/judge-trace.ts';
import { listenOnLoopback, type Listening } from '../trace/listen.ts';
import { traceClient } from '../trace/trace-client.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** Real SDKs, each in a process of its own that has nothing but its environment, with and without the variable that names the proxy. */

let proxied: ProxiedUpstreams;
/** Plays the vendor, so that nothing leaves the machine also where the environment names another place. */
let elsewhere: Listening;
beforeAll(async () => {
  proxied = await startProxiedUpstreams();
  elsewhere = await listenOnLoopback(
    createServer((incoming, response) => incoming.resume().once('end', () => response.writeHead(400).end('{}'))),
  );
});
afterAll(async () => {
  await elsewhere.close();
  await proxied.stop();
});

interface RealClient {
  readonly name: string;
  /** Where it looks for the address, and what it wants behind it. */
  readonly variable: string;
  readonly mount: string;
  readonly keyVariable: string;
  readonly vendor: string;
  readonly surface: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate';
  readonly path: RegExp;
  /** Its text comes in MODEL and TEXT; it prints what it is told. */
  readonly source: string;
}

const { MODEL, TEXT } = { MODEL: 'process.env.MODEL', TEXT: 'process.env.TEXT' };

const clients: readonly RealClient[] = [
  {
    name: 'openai',
    variable: 'OPENAI_BASE_URL',
    mount: '/v1',
    keyVariable: 'OPENAI_API_KEY',
    vendor: 'api.openai.com:443',
    surface: 'openai-chat',
    path: /^POST \/v1\/chat\/completions$/,
    source: `import OpenAI from 'openai';
      const { choices } = await new OpenAI({ maxRetries: 0 }).chat.completions.create({ model: ${MODEL}, messages: [{ role: 'user', content: ${TEXT} }] });
      console.log(choices[0].message.content);`,
  },
  {
    name: '@anthropic-ai/sdk',
    variable: 'ANTHROPIC_BASE_URL',
    mount: '',
    keyVariable: 'ANTHROPIC_API_KEY',
    vendor: 'api.anthropic.com:443',
    surface: 'anthropic-messages',
    path: /^POST \/v1\/messages$/,
    source: `import Anthropic from '@anthropic-ai/sdk';
      const stream = new Anthropic({ maxRetries: 0 }).messages.stream({ model: ${MODEL}, max_tokens: 64, messages: [{ role: 'user', content: ${TEXT} }] });
      console.log(await stream.finalText());`,
  },
  {
    name: '@google/genai',
    variable: 'GOOGLE_GEMINI_BASE_URL',
    mount: '',
    keyVariable: 'GEMINI_API_KEY',
    vendor: 'generativelanguage.googleapis.com:443',
    surface: 'gemini-generate',
    path: /^POST \/v1beta\/models\/[^:]+:generateContent$/,
    source: `import { GoogleGenAI } from '@google/genai';
      console.log((await new GoogleGenAI({}).models.generateContent({ model: ${MODEL}, contents: ${TEXT} })).text);`,
  },
  {
    name: 'ai with @ai-sdk/openai',
    variable: 'OPENAI_BASE_URL',
    mount: '/v1',
    keyVariable: 'OPENAI_API_KEY',
    vendor: 'api.openai.com:443',
    surface: 'openai-responses',
    path: /^POST \/v1\/responses$/,
    source: `import { generateText } from 'ai';
      import { openai } from '@ai-sdk/openai';
      console.log((await generateText({ model: openai(${MODEL}), prompt: ${TEXT}, maxRetries: 0 })).text);`,
  },
];

const root = fileURLToPath(new URL('../../', import.meta.url));

const trace = async ({ source, surface, keyVariable }: RealClient, address: Readonly<Record<string, string>>, give = false) => {
  const topic = proxied.topic(answer('text'));
  let out = '';
  let err = '';
  const env = { ...address, [keyVariable]: proxied.apiKey, MODEL: proxied.modelOf(surface), TEXT: topic.text };
  const traced = await traceClient({
    command: [process.execPath, '--input-type=module', '-e', source],
    target: new URL(proxied.url),
    env: { PATH: '/usr/bin:/bin', ...env },
    cwd: root,
    words: { out: (text) => void (out += text), err: (text) => void (err += text) },
    stdin: 'ignore',
    give,
    letThrough: false,
    allow: [],
    lookAtSockets: false,
    withinMs: 60_000,
    signal: new AbortController().signal,
    now: () => performance.now(),
  });
  const { verdict, bypasses, hints } = judgeTrace(traced);
  const through = traced.seen.filter((seen) => seen.verdict === 'through').map(({ method, path, status }) => [`${method} ${path}`, status]);
  return {
    verdict,
    through,
    places: bypasses.map(({ to, requests }) => [to, requests]),
    hints,
    out,
    err,
    code: traced.ended.code,
    calls: topic.calls().length,
  };
};

describe.each(clients.map((client) => [client.name, client] as const))('%s, traced', (_name, client) => {
  it('goes through the proxy when its environment says so', async () => {
    const { verdict, through, places, out, err, code, calls } = await trace(client, { [client.variable]: `${proxied.url}${client.mount}` });
    expect([verdict, places, out, err, code, calls]).toEqual(['all through', [], 'Wireproof says ok.\n', '', 0, 1]);
    expect(through).toEqual([[expect.stringMatching(client.path), 200]]);
  });

  it('goes past it when its environment names another place', async () => {
    const there = `${elsewhere.url}${client.mount}`;
    const { verdict, through, places, hints, calls } = await trace(client, { [client.variable]: there });
    expect([verdict, through, calls]).toEqual(['bypassed', [], 0]);
    expect(places).toEqual([[new URL(elsewhere.url).host, [expect.stringMatching(client.path)]]]);
    expect(hints[0]).toBe(`${client.variable} names ${elsewhere.url}, not the target`);
  });

  it('goes to its vendor when its environment says nothing, and is kept from it', async () => {
    const { verdict, through, places, code } = await trace(client, {});
    expect([verdict, through, code]).toEqual(['bypassed', [], 1]);
    expect(places.map(([to]) => to)).toEqual([client.vendor]);
  });

  it('goes through when it is given what it lacks', async () => {
    const { verdict, out } = await trace(client, {}, true);
    expect([verdict, out]).toEqual(['all through', 'Wireproof says ok.\n']);
  });
});
