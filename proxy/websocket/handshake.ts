import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const isOfAnotherSite = ({ origin, host }: IncomingHttpHeaders): boolean => {
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
};

/**
 * Whether a request is a WebSocket handshake (RFC 6455, 4.1) that may be taken. Browsers let any page open a socket to any address,
 * the own machine included; where no key is asked for, a page of another site is not let in.
 */
export const isHandshake = ({ method, headers }: IncomingMessage, { isOpenProxy }: { readonly isOpenProxy: boolean }): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') &&
  !(isOpenProxy && isOfAnotherSite(headers));

const ofTheConnection = /^(?:connection|upgrade|content-.*|transfer-encoding|sec-websocket-.*)$/;

/** The headers that the requests of a socket have: those of the handshake, without what is about the connection itself. */
export const ofTheHandshake = (headers: IncomingHttpHeaders): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !ofTheConnection.test(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
