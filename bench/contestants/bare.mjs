// The floor: node:http, which reads the request's body to its end and then sends prepared bytes in one write. It matches nothing, keeps no
// journal and looks at the body only to see whether a stream is asked for.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { announce } from './child.mjs';

const answerIn = (/** @type {string} */ file) => {
  const { status, headers, chunks } = JSON.parse(readFileSync(file, 'utf8')).response;
  return {
    status,
    headers: Object.entries(headers).flat(),
    bytes: Buffer.from(chunks.map((/** @type {{utf8: string}} */ { utf8 }) => utf8).join('')),
  };
};

const [, , folder] = process.argv;
const json = answerIn(`${folder}/long-text.exchange.json`);
json.headers.push('content-length', String(json.bytes.length));
const stream = answerIn(`${folder}/long-text.stream.exchange.json`);

const server = createServer({ noDelay: true, keepAliveTimeout: 65_000 }, (req, res) => {
  /** @type {Buffer[]} */
  const pieces = [];
  req.on('data', (piece) => pieces.push(piece));
  req.on('end', () => {
    const body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    const answer = body.includes('"stream":true') ? stream : json;
    res.writeHead(answer.status, answer.headers);
    res.end(answer.bytes);
  });
});
server.listen(0, '127.0.0.1', () => announce(server.address().port));
