import type { FastifyRequest } from 'fastify';

import type { ReadOnlyPlace } from '../live/read-only.ts';
import type { Provider } from '../providers/provider.ts';
import type { RouteContext } from '../routes/route.ts';
import type { Masks } from './masks.ts';

/** What an endpoint of the management API may use: the running proxy, its configuration's store, its log. */
export interface ManagementContext extends RouteContext {
  readonly masks: Masks;
  readonly providers: ReadonlyMap<string, Provider>;
  /** What cannot be written to, as it is now. */
  readonly readOnly: () => readonly ReadOnlyPlace[];
}

export interface ManagementRequest {
  readonly query: Readonly<Record<string, string>>;
  /** The body as it came, decoded from UTF-8. */
  readonly text: string;
  readonly raw: FastifyRequest;
}

export type ManagementMethod = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** Answers with plain values that become JSON, or with a `PlainText`. Throws ProxyError or ConfigError. */
export type ManagementHandler = (context: ManagementContext, request: ManagementRequest) => unknown;

/** An answer that is no JSON. */
export class PlainText {
  readonly contentType: string;
  readonly text: string;

  constructor(contentType: string, text: string) {
    this.contentType = contentType;
    this.text = text;
  }
}

/** One endpoint of the management API; one file in `endpoints/`, found by name. */
export interface ManagementRoute {
  /** Equals the file name. */
  readonly id: string;
  /** Below `/v0/management/`. */
  readonly path: string;
  /** Answers without a key, while the management API is switched on. It must show and change nothing. */
  readonly isOpen?: true;
  readonly methods: Readonly<Partial<Record<ManagementMethod, ManagementHandler>>>;
}

/** Identity; gives an endpoint file its type. */
export const defineManagementRoute = (route: ManagementRoute): ManagementRoute => route;
