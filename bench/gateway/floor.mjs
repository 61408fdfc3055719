// The floors: Fastify, `hijack()` and undici's `Pool.dispatch`. As `pipe` the body stays bytes in both directions; as `parse` both bodies go
// through JSON.parse and JSON.stringify. Neither asks for a key, routes, renames or counts anything.
import Fastify from 'fastify';
import { Pool } from 'undici';

const [, , kind, port, upstreamUrl] = process.argv;
// A profile is written as a program ends by itself.
process.on('SIGTERM', () => process.exit(0));
const pool = new Pool(new URL(upstreamUrl).origin);
const app = Fastify({ logger: false, bodyLimit: 64 * 1024 * 1024 });

app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

const wanted = new Set(['content-type', 'content-length']);

const headersIn = (/** @type {Buffer[]} */ raw) => {
  const headers = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].latin1Slice().toLowerCase();
    if (wanted.has(name)) headers.push(name, raw[at + 1].latin1Slice());
  }
  return headers;
};

const failWith = (raw) => (error) => {
  if (!raw.headersSent) raw.writeHead(502, { 'content-type': 'text/plain' });
  raw.end(String(error));
};

const piped = (raw) => {
  let abort = () => undefined;
  raw.on('close', () => abort());
  return {
    onConnect: (abortRequest) => void (abort = () => (raw.writableFinished ? undefined : abortRequest())),
    onHeaders: (status, headers, resume) => {
      raw.writeHead(status, headersIn(headers));
      raw.on('drain', resume);
      return true;
    },
    onData: (piece) => raw.write(piece),
    onComplete: () => void raw.end(),
    onError: failWith(raw),
  };
};

const restringified = (raw) => {
  const pieces = [];
  let status = 502;
  return {
    onConnect: () => undefined,
    onHeaders: (given) => {
      status = given;
      return true;
    },
    onData: (piece) => {
      pieces.push(piece);
      return true;
    },
    onComplete: () => {
      const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(pieces).toString('utf8'))));
      raw.writeHead(status, ['content-type', 'application/json', 'content-length', String(body.length)]);
      raw.end(body);
    },
    onError: failWith(raw),
  };
};

const headersFor = ({ authorization }) => ({ 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) });

app.post('/*', (request, reply) => {
  reply.hijack();
  const { raw, url, headers, body } = request;
  const asked = { path: url, method: raw.method, headers: headersFor(headers) };
  if (kind === 'pipe') pool.dispatch({ ...asked, body }, piped(reply.raw));
  else pool.dispatch({ ...asked, body: JSON.stringify(JSON.parse(body.toString('utf8'))) }, restringified(reply.raw));
});

await app.listen({ host: '127.0.0.1', port: Number(port) });
