// @copilotkit/aimock as a library, with a fixed answer to each of the two messages that the load sends; no latency, log off, and its own
// defaults for the rest (it too keeps a journal). Streams are cut into pieces of four letters, so that they have 100 events as ours have.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { announce } from './child.mjs';

const [, , folder, packageFolder] = process.argv;
const { LLMock } = await import(pathToFileURL(`${packageFolder}/dist/index.js`).href);

const chunksOf = (/** @type {string} */ slug) =>
  JSON.parse(readFileSync(`${folder}/${slug}.exchange.json`, 'utf8')).response.chunks.map((/** @type {{utf8: string}} */ { utf8 }) => utf8);
const text = JSON.parse(chunksOf('long-text')[0]).choices[0].message.content;
const streamed = chunksOf('long-text.stream')
  .slice(0, -1)
  .map((/** @type {string} */ event) => JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content ?? '')
  .join('');

/** Its envelope is shorter than ours; a longer text makes the whole body 1,024 bytes again. */
const shorterBy = 276;
const server = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', latency: 0, chunkSize: 4 });
server.onMessage(/wpt_000benchmarkjson/, { content: (text + text).slice(0, text.length + shorterBy) });
server.onMessage(/wpt_0benchmarkstream/, { content: streamed });
announce(Number(new URL(await server.start()).port));
