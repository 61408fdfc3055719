/**
 * A client as SDKs are: it takes the address of the API and the key from its environment when it is about to ask, and goes to its vendor when no
 * address is there. Plain JavaScript without dependencies; what it is to do comes as JSON in its one argument, what it got goes to stdout.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const order = JSON.parse(process.argv[2] ?? '{}');

const firstSet = (names) => names.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');

/** What the address says already of the path is not said twice. */
const addressFor = (path, names, mount) => {
  const address = (firstSet(names) ?? `${order.vendor}${mount}`).replace(/\/+$/, '');
  return `${address.endsWith(mount) ? address.slice(0, address.length - mount.length) : address}${path}`;
};

const withKey = (headers) => {
  const key = firstSet(order.key);
  const entries = Object.entries(headers).filter(([, value]) => key !== undefined || !value.includes('{key}'));
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replaceAll('{key}', key)]));
};

const answerOf = async (response) => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
});

const ask = async () => {
  if (order.control !== undefined) {
    const { path, address } = order.control;
    await answerOf(await fetch(addressFor(path, address, ''), { headers: withKey(order.headers) }));
  }
  const { method, path, body, address, mount } = order;
  const headers = { ...withKey(order.headers), ...(body !== undefined && { 'content-type': 'application/json' }) };
  const response = await fetch(addressFor(path, address, mount), { method, headers, ...(body !== undefined && { body }) });
  return answerOf(response);
};

const asClient = async () => {
  const got = await ask().catch((error) => ({ failed: String(error.cause?.code ?? error.message) }));
  process.stdout.write(JSON.stringify(got));
};

/** A shell in which the client runs already when the variables are exported. */
const asShell = async () => {
  const { exports, ...rest } = order;
  const client = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify({ ...rest, waits: true })], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  Object.assign(process.env, exports);
  client.stdin.end('now');
  await once(client, 'exit');
};

if (order.exports !== undefined) await asShell();
else {
  if (order.waits === true) await once(process.stdin.resume(), 'end');
  await asClient();
}
