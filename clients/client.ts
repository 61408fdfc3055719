import type { SurfaceId } from '#fixtures/exchange';

/** Where a client is pointed, and what it is asked. All of it is made for one run of one case. */
export interface Aim {
  /** Of the proxy, without a trailing slash and without `/v1`. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly prompt: string;
  /** The case wants the client's own streaming output, where it has one. */
  readonly streams: boolean;
  /** Its home directory, empty but for `files`. */
  readonly home: string;
}

/** Where the installed package is. */
export interface Place {
  readonly folder: string;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
}

/** One published client, unchanged, in one setting. The file `programs/<id>.client.ts` is found by its name. */
export interface Client {
  /** The name of the file. */
  readonly id: string;
  readonly title: string;
  /** The npm package. */
  readonly package: string;
  /** Exact. */
  readonly version: string;
  /** What people type. */
  readonly bin: string;
  /** Which upstream stands behind the proxy, and with it the model; another dialect than the client's has the proxy translate. */
  readonly surface: SurfaceId;
  /** What somebody has to set, for the page. */
  readonly needs: readonly string[];
  /** What is special about the setting, for the page. */
  readonly about?: string;
  /** The program and the arguments that come before `args`. */
  readonly command: (place: Place) => readonly string[];
  readonly args: (aim: Aim) => readonly string[];
  readonly env: (aim: Aim) => Readonly<Record<string, string>>;
  /** Written into its home before it starts, by relative path. */
  readonly files?: (aim: Aim) => Readonly<Record<string, string>>;
}

/** Names the parts of a client; there so that every file of `programs/` is checked alike. */
export const defineClient = (client: Client): Client => client;
