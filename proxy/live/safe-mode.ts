import type { KeyCheck } from '../clients/client-keys.ts';
import type { ProxyConfig } from '../config/schema.ts';
import { ProxyError } from '../errors.ts';
import type { ErrorPolicy } from '../personas/persona.ts';

/** Client keys of the page's product's example file, which everybody knows (sheet 1.1). */
const templateKeys: ReadonlySet<string> = new Set(['your-api-key-1', 'your-api-key-2', 'your-api-key-3']);

/** Whether the configuration still has a key that everybody knows. */
export const hasTemplateKey = (config: Pick<ProxyConfig, 'api-keys'>): boolean =>
  config['api-keys'].some(({ key }) => templateKeys.has(key));

/** What is said in the log when it has. */
export const templateKeyWarning =
  'api-keys has a key of the example file, which everybody knows: all API requests are refused until it is replaced';

/**
 * The check of client keys; nobody gets in while a key of the example file would let everybody in.
 * @param templateKeys what such a key does; in older builds it works
 */
export const guardedKeyCheck = (
  config: Pick<ProxyConfig, 'api-keys'>,
  checkKey: KeyCheck,
  templateKeys: ErrorPolicy['templateKeys'] = 'refused',
): KeyCheck => {
  if (templateKeys === 'work' || !hasTemplateKey(config)) return checkKey;
  return () => {
    const message = 'This proxy answers no API requests while api-keys has a key of the example file. Replace it in config.yaml.';
    throw new ProxyError('unsafe-example-api-key', message);
  };
};
