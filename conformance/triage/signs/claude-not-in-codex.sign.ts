import type { Sign } from '../sign.ts';

const slugs = (json: unknown): readonly string[] | undefined => {
  const list = typeof json === 'object' && json !== null ? (json as { readonly models?: unknown }).models : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((each: unknown) => {
    const slug = (each as { readonly slug?: unknown } | null)?.slug;
    return typeof slug === 'string' ? [slug] : [];
  });
};

const isClaude = (name: string): boolean => /claude/.test(name);

/** Codex takes its names from a catalogue of its own shape (sheet row 18). */
const sign: Sign = {
  name: 'claude-not-in-codex',
  read: ({ answer, listed = [] }) => {
    const asked = answer('codex-catalogue');
    const named = asked?.sight.status === 200 ? slugs(asked.sight.json) : undefined;
    const claude = listed.filter(({ name }) => isClaude(name));
    if (named === undefined || named.length === 0 || claude.length === 0 || named.some(isClaude)) return [];
    return [
      {
        row: 18,
        weight: 'likely',
        title: 'Codex does not see the Claude models of the list',
        evidence: `GET /v1/models has ${claude.length} names with claude, the catalogue for Codex none of its ${named.length}`,
        questions: ['models', 'codex-catalogue'],
        cause: 'No alias bridges the Claude models into the catalogue that Codex CLI reads.',
        remediation:
          'Add or restore the entries of oauth-model-alias, read the configuration again, and look for the names with ?client_version=.',
      },
    ];
  },
};

export default sign;
