/**
 * A client that takes the recorder for a proxy (HTTP_PROXY) names the whole address; the upstream is asked for, and the recording tells, what
 * is behind the host.
 */
export const originForm = (target: string): string => {
  const [, rest] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/is.exec(target) ?? [];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
};
