import { Client } from 'undici';

const usualSocket = '/var/run/docker.sock';

/**
 * Whether a Docker daemon of this machine answers, in words for reports. It is asked for nothing else: what a runtime would pull is asked
 * of the registry by our own resolver, which is the same with and without a daemon.
 */
export const dockerHere = async (signal: AbortSignal, socketPath = usualSocket): Promise<string> => {
  const client = new Client('http://localhost', { socketPath });
  try {
    const { statusCode, headers, body } = await client.request({ method: 'GET', path: '/_ping', signal });
    await body.dump();
    return statusCode === 200
      ? `a daemon answers (API ${String(headers['api-version'])}), and was not used`
      : 'none: something else answers';
  } catch {
    return 'none: nobody answers at its socket';
  } finally {
    await client.destroy();
  }
};
