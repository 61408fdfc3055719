import { expectedNames, mostAreMissing, type Seen } from '../seen.ts';
import type { Named, Sign } from '../sign.ts';

const slugs = (json: unknown): readonly string[] | undefined => {
  const list = typeof json === 'object' && json !== null ? (json as { readonly models?: unknown }).models : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((each: unknown) => {
    const slug = (each as { readonly slug?: unknown } | null)?.slug;
    return typeof slug === 'string' ? [slug] : [];
  });
};

const isClaude = (name: string): boolean => /claude/.test(name);
const isBridged = (name: string): boolean => /(?:^|\/)gemini-claude-/.test(name);

const told = (evidence: string): Named => ({
  row: 18,
  weight: 'likely',
  title: 'Codex does not see a Claude model that it should',
  evidence,
  questions: ['models', 'codex-catalogue'],
  cause: 'No alias bridges the Claude models into the catalogue that Codex CLI reads.',
  remediation:
    'Add or restore the entries of oauth-model-alias, read the configuration again, and look for the names with ?client_version=.',
});

/** Bridged names that the profile has and Codex's catalogue has not: row 7 for everybody, and row 18 for who uses Codex. */
const goneForCodex = (seen: Seen, named: readonly string[]): readonly string[] =>
  seen.claims.has('codex-client') && !mostAreMissing(seen)
    ? expectedNames(seen).flatMap(({ name }) => (isBridged(name) && !named.includes(name) ? [name] : []))
    : [];

/** Codex takes its names from a catalogue of its own shape (sheet row 18). */
const sign: Sign = {
  name: 'claude-not-in-codex',
  read: (seen) => {
    const asked = seen.answer('codex-catalogue');
    const named = asked?.sight.status === 200 ? slugs(asked.sight.json) : undefined;
    if (named === undefined || named.length === 0) return [];
    const claude = (seen.listed ?? []).filter(({ name }) => isClaude(name));
    if (claude.length > 0 && !named.some(isClaude)) {
      return [told(`GET /v1/models has ${claude.length} names with claude, the catalogue for Codex none of its ${named.length}`)];
    }
    const gone = goneForCodex(seen, named);
    return gone.length === 0 ? [] : [told(`the catalogue for Codex has ${named.length} names, and not ${gone.join(', ')}`)];
  },
};

export default sign;
