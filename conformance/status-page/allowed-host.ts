/** A name that some page of the web made point at this machine must not reach what is served to this machine only (DNS rebinding). */

const loopbackHosts = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** Whether a server bound to `host` is reached from this machine only. */
export const isLoopback = (host: string): boolean => loopbackHosts.has(host.toLowerCase()) || /^127(?:\.\d{1,3}){3}$/.test(host);

const nameIn = (header: string): string => header.replace(/:\d{1,5}$/, '').toLowerCase();

/** Whether the `host` header of a request names this machine itself. */
export const isAllowedHost = (header: string | undefined): boolean => header !== undefined && isLoopback(nameIn(header));
