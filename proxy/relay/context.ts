import type { ClientLimits } from '../clients/client-limits.ts';
import type { Clock } from '../clock.ts';
import type { ProxyConfig } from '../config/schema.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { ProxyLogLine } from '../options.ts';
import type { Persona } from '../personas/persona.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Routing } from '../routing/routing.ts';
import type { UsageListener } from '../usage/usage-record.ts';
import type { Upstreams } from './send.ts';

/** What every exchange shares that begins under one generation of the configuration. */
export interface RelayContext {
  readonly config: ProxyConfig;
  readonly persona: Persona;
  readonly dialects: ReadonlyMap<string, Dialect>;
  /** Those that are switched on. */
  readonly remedies: readonly Remedy[];
  readonly routing: Routing;
  readonly credentials: Credentials;
  readonly usage: UsageListener;
  readonly clientLimits: Pick<ClientLimits, 'admit'>;
  readonly upstreams: Upstreams;
  readonly clock: Clock;
  readonly nextId: () => string;
  readonly log: (line: ProxyLogLine) => void;
}

export const dialectNamed = ({ dialects }: Pick<RelayContext, 'dialects'>, id: string): Dialect => {
  const dialect = dialects.get(id);
  if (dialect === undefined) throw new Error(`no folder in proxy/dialects is named "${id}"`);
  return dialect;
};
