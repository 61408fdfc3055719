import { createHash } from 'node:crypto';

import type { ImageRefusal } from '#scenarios/kit/actions/registry';

import { parseReference, type ImageReference } from './image-reference.ts';
import type { AskRegistry, RegistryReply } from './registry-client.ts';

/** The image that a reference leads to on a platform. */
export interface FoundImage {
  readonly kind: 'found';
  /** Of what the tag or the digest names: an index over platforms, or one manifest. */
  readonly named: string;
  /** Of the manifest that would be run. */
  readonly digest: string;
  readonly platform: string;
}

export interface RefusedImage {
  readonly kind: 'refused';
  readonly why: ImageRefusal;
  /** In words, the registry's own where there are some. */
  readonly said: string;
}

export type Resolution = FoundImage | RefusedImage;

export interface ResolveOptions {
  /** `os/architecture`, as in `linux/amd64`. */
  readonly platform: string;
  readonly ask: AskRegistry;
}

class Refused extends Error {
  readonly why: ImageRefusal;
  constructor(why: ImageRefusal, said: string) {
    super(said);
    this.why = why;
  }
}

const indexTypes = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];
const manifestTypes = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const accept = [...indexTypes, ...manifestTypes].join(', ');

type Tree = Readonly<Record<string, unknown>>;

const treeIn = (body: Buffer): Tree => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Tree;
  } catch {
    // Told below.
  }
  throw new Refused('not-a-registry', `no JSON object: ${body.toString('utf8', 0, 100)}`);
};

interface SaidError {
  readonly code: string;
  readonly message: string;
}

const textAt = (value: unknown, key: string): string => {
  const found = (value as Tree | null | undefined)?.[key];
  return typeof found === 'string' ? found : '';
};

/** The first error of the spec's envelope; empty words where there is none. */
const errorIn = ({ body }: RegistryReply): SaidError => {
  try {
    const errors = (JSON.parse(body.toString('utf8')) as Tree | null)?.['errors'];
    const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
    return { code: textAt(first, 'code'), message: textAt(first, 'message') };
  } catch {
    return { code: '', message: '' };
  }
};

const refusalOf = (reply: RegistryReply, what: string): Refused => {
  const { code, message } = errorIn(reply);
  const said = `${what}: ${reply.status} ${code} ${message}`.trim();
  if (reply.status === 401 || reply.status === 403) return new Refused('access-refused', said);
  if (code === 'NAME_INVALID') return new Refused('invalid-reference', said);
  if (code === 'NAME_UNKNOWN') return new Refused('no-such-repository', said);
  if (reply.status === 404 && (code === 'MANIFEST_UNKNOWN' || code === 'NOT_FOUND')) return new Refused('no-such-tag', said);
  return new Refused('not-a-registry', said);
};

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const isLoopback = (registry: string): boolean => /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/.test(registry);

/** Runtimes, too, ask a registry of the machine itself without TLS. */
const originOf = (registry: string): string => `${isLoopback(registry) ? 'http' : 'https'}://${registry}`;

const parameter = (challenge: string, name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1];

/** Where the challenge sends for a token, if that is a place that a token may come from. */
const tokenUrl = (challenge: string, origin: string, repository: string): string => {
  const realm = parameter(challenge, 'realm') ?? '';
  const allowed = /^Bearer /i.test(challenge) && (realm.startsWith('https://') || realm.startsWith(`${origin}/`));
  if (!allowed) throw new Refused('access-refused', `no way to a token in ${JSON.stringify(challenge.slice(0, 200))}`);
  const url = new URL(realm);
  const service = parameter(challenge, 'service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  return url.href;
};

/** Asks one registry about one repository, with a token where it wants one. */
class Repository {
  readonly #origin: string;
  readonly #name: string;
  readonly #ask: AskRegistry;
  #token: string | undefined;

  constructor({ registry, repository }: ImageReference, ask: AskRegistry) {
    this.#origin = originOf(registry);
    this.#name = repository;
    this.#ask = ask;
  }

  /** A manifest or an index by tag or digest, its digest checked. */
  async manifest(named: string): Promise<{ readonly digest: string; readonly tree: Tree }> {
    const reply = await this.#get(`/v2/${this.#name}/manifests/${named}`, { accept });
    if (reply.status !== 200) throw refusalOf(reply, named);
    const digest = digestOf(reply.body);
    const claimed = named.startsWith('sha256:') ? named : (reply.headers['docker-content-digest'] ?? digest);
    if (claimed !== digest) throw new Refused('digest-differs', `${named}: expected ${claimed}, got ${digest}`);
    return { digest, tree: treeIn(reply.body) };
  }

  async blob(digest: string): Promise<Tree> {
    const reply = await this.#get(`/v2/${this.#name}/blobs/${digest}`, {});
    if (reply.status !== 200) throw refusalOf(reply, digest);
    return treeIn(reply.body);
  }

  async #get(path: string, headers: Readonly<Record<string, string>>): Promise<RegistryReply> {
    const asked = () => this.#ask(`${this.#origin}${path}`, { ...headers, ...(this.#token && { authorization: `Bearer ${this.#token}` }) });
    const reply = await asked();
    const challenge = reply.headers['www-authenticate'];
    if (reply.status !== 401 || challenge === undefined || this.#token !== undefined) return reply;
    this.#token = await this.#newToken(challenge);
    return asked();
  }

  async #newToken(challenge: string): Promise<string> {
    const reply = await this.#ask(tokenUrl(challenge, this.#origin, this.#name), {});
    if (reply.status !== 200) throw refusalOf({ ...reply, status: 401 }, 'the token');
    const { token, access_token: other } = treeIn(reply.body);
    const given = token ?? other;
    if (typeof given !== 'string' || given === '') throw new Refused('access-refused', 'an answer without a token');
    return given;
  }
}

const asTree = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {});
const platformOf = (about: Tree): string => `${String(about['os'])}/${String(about['architecture'])}`;

const found = (named: string, digest: string, platform: string): FoundImage => ({ kind: 'found', named, digest, platform });

/** Which manifest of an index is for the platform; attestations have none that anybody runs on. */
const chosen = (tree: Tree, platform: string): string => {
  const entries = (tree['manifests'] as readonly unknown[]).map(asTree);
  const fitting = entries.find((entry) => platformOf(asTree(entry['platform'])) === platform);
  const digest = fitting?.['digest'];
  if (typeof digest === 'string') return digest;
  const there = entries.map((entry) => platformOf(asTree(entry['platform'])));
  throw new Refused('no-such-platform', `no image for ${platform}, only for ${there.join(', ')}`);
};

const ofSingleManifest = async (repository: Repository, tree: Tree, platform: string): Promise<void> => {
  const config = await repository.blob(String(asTree(tree['config'])['digest']));
  if (platformOf(config) !== platform) throw new Refused('no-such-platform', `the image is for ${platformOf(config)}, not for ${platform}`);
};

const resolved = async (reference: ImageReference, { platform, ask }: ResolveOptions): Promise<FoundImage> => {
  const repository = new Repository(reference, ask);
  // A digest decides; runtimes do not look at a tag beside it.
  const { digest: named, tree } = await repository.manifest(reference.digest ?? reference.tag ?? 'latest');
  if (!Array.isArray(tree['manifests'])) {
    await ofSingleManifest(repository, tree, platform);
    return found(named, named, platform);
  }
  const { digest } = await repository.manifest(chosen(tree, platform));
  return found(named, digest, platform);
};

/**
 * What a container runtime would run under a reference: tag → index → platform → digest. Never throws: what prevents it is told.
 * @example await resolveImage('house/proxy:v1', { platform: 'linux/amd64', ask: askOverHttp(signal) })
 */
export const resolveImage = async (text: string, options: ResolveOptions): Promise<Resolution> => {
  const parsed = parseReference(text);
  if (!parsed.ok) return { kind: 'refused', why: 'invalid-reference', said: `invalid reference format: ${parsed.problem}` };
  try {
    return await resolved(parsed.reference, options);
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', why: error.why, said: error.message };
    const { code, message } = error as NodeJS.ErrnoException;
    return { kind: 'refused', why: 'unreachable', said: code ?? message };
  }
};
