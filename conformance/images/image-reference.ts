/** A reference to an image, taken apart. */
export interface ImageReference {
  /** Host and port. */
  readonly registry: string;
  readonly repository: string;
  /** `latest` when the reference says neither tag nor digest. */
  readonly tag?: string;
  readonly digest?: string;
}

export type ParsedReference = { readonly ok: true; readonly reference: ImageReference } | { readonly ok: false; readonly problem: string };

/** The registry that container runtimes mean by no registry at all. */
const usualRegistry = 'registry-1.docker.io';

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;

const longestName = 255;

/** Images of the usual registry that have no owner are the library's. */
const ofUsual = (name: string): readonly [string, string] => [usualRegistry, name.includes('/') ? name : `library/${name}`];

/** What stands before the first slash is a host when it cannot be a part of a name. */
const splitHost = (name: string): readonly [string, string] => {
  const slash = name.indexOf('/');
  const [first, rest] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  if (first === 'docker.io' || first === 'index.docker.io') return ofUsual(rest);
  return /[.:]/.test(first) || first === 'localhost' ? [first, rest] : ofUsual(name);
};

const splitTag = (rest: string): readonly [string, string | undefined] => {
  const colon = rest.lastIndexOf(':');
  return colon > rest.lastIndexOf('/') ? [rest.slice(0, colon), rest.slice(colon + 1)] : [rest, undefined];
};

const problemOf = (repository: string, tag: string | undefined, digest: string | undefined): string | undefined => {
  if (/[A-Z]/.test(repository)) return `repository name ${JSON.stringify(repository)} must be lowercase`;
  if (repository.length > longestName || !repository.split('/').every((part) => component.test(part)))
    return `${JSON.stringify(repository)} is no repository name`;
  if (tag !== undefined && !tagForm.test(tag)) return `${JSON.stringify(tag)} is no tag`;
  if (digest !== undefined && !digestForm.test(digest)) return `${JSON.stringify(digest)} is no digest: sha256: and 64 hexadecimal digits`;
  return undefined;
};

/**
 * Reads a reference as container runtimes do: `[registry/]repository[:tag][@digest]`.
 * @example parseReference('127.0.0.1:5000/house/proxy:v1')
 */
export const parseReference = (text: string): ParsedReference => {
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0) return { ok: false, problem: 'more than one @' };
  const [name, tag] = splitTag(named);
  const [registry, repository] = splitHost(name);
  const problem = problemOf(repository, tag, digest);
  if (problem !== undefined) return { ok: false, problem };
  const wanted = tag ?? (digest === undefined ? 'latest' : undefined);
  return {
    ok: true,
    reference: { registry, repository, ...(wanted !== undefined && { tag: wanted }), ...(digest !== undefined && { digest }) },
  };
};
