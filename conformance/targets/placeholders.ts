import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { surfaceIds, type SurfaceId } from '#fixtures/exchange';

import { ToolError } from '../errors.ts';

/** What `{port}`, `{here}`, `{package}` and `{upstream:<surface>}` in a target file stand for. */
export interface Values {
  readonly port: number;
  /** Folder of the target file. */
  readonly here: string;
  /** Folder of the installed package. */
  readonly package?: string;
  readonly upstream: MockUpstream | undefined;
}

const placeholder = /\{(port|here|package|upstream:[a-z-]+)\}/g;

const upstreamUrl = (name: string, values: Values, where: string): string => {
  if (!(surfaceIds as readonly string[]).includes(name)) {
    throw new ToolError('target-file-invalid', `${where}: {upstream:${name}} names no surface`, {
      hint: `surfaces: ${surfaceIds.join(', ')}`,
    });
  }
  if (values.upstream === undefined) {
    throw new ToolError('target-file-invalid', `${where} points at the mocked upstreams, and a canary has none`, {
      hint: 'use a target file whose routes do not mention {upstream:…}',
    });
  }
  return values.upstream.baseUrl(name as SurfaceId);
};

/**
 * Fills in the placeholders; other braces stay.
 * @param where file and path, for messages
 * @throws ToolError `target-file-invalid` for a placeholder that has no value here.
 */
export const filled = (text: string, values: Values, where: string): string =>
  text.replace(placeholder, (_, name: string) => {
    if (name === 'port') return String(values.port);
    if (name === 'here') return values.here;
    if (name.startsWith('upstream:')) return upstreamUrl(name.slice('upstream:'.length), values, where);
    if (values.package === undefined) throw new ToolError('target-file-invalid', `${where}: {package} needs start.npm`);
    return values.package;
  });
