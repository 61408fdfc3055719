import { printable, shortened } from '../reporters/printable.ts';
import { outcomeLine, requestLine, type Discovery } from './discover.ts';

/** The profile itself, as a file or `--format json` has it. */
export interface ProposedProfile {
  readonly name: string;
  readonly about: string;
  readonly claims: readonly string[];
  readonly models: Readonly<Record<string, string>>;
}

const about = 'proposed by wireproof discover';

/** The profile without the reasons. */
export const profileOf = ({ url, claims, models }: Discovery): ProposedProfile => ({
  name: new URL(url).host,
  about,
  claims: claims.map(({ claim }) => claim),
  models: Object.fromEntries(Object.entries(models)),
});

const plainText = /^[a-z][a-z0-9._/-]*$/i;
const meansSomethingElse = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A text as YAML: plain where that is safe, else quoted as JSON does it, which YAML reads alike. */
const scalar = (text: string): string => (plainText.test(text) && !meansSomethingElse.test(text) ? text : JSON.stringify(text));

const comment = (text: string, indent = ''): string => `${indent}# ${shortened(printable(text), 200)}`;

const shownModels = 40;

const listedModels = (listed: readonly string[]): readonly string[] => {
  if (listed.length === 0) return [];
  const more = listed.length > shownModels ? `, and ${listed.length - shownModels} more` : '';
  return [`# It lists ${listed.length} models: ${listed.slice(0, shownModels).map(printable).join(', ')}${more}`];
};

const claimLines = ({ claims, notSeen }: Discovery): readonly string[] => [
  claims.length === 0 ? 'claims: []' : 'claims:',
  ...claims.flatMap(({ claim, because }) => [comment(because, '  '), `  - ${claim}`]),
  '  # Not seen. Take the # away from what it claims all the same:',
  ...notSeen.map(({ claim, because }) => comment(`- ${claim} # ${because}`, '  ')),
];

const modelLines = ({ models }: Discovery): readonly string[] => {
  const entries = Object.entries(models);
  if (entries.length === 0) return ['models: {}'];
  return ['models:', ...entries.map(([surface, name]) => `  ${surface}: ${scalar(name)}`)];
};

/** The proposal as a profile file, with what was asked and seen as comments. Nothing of the target's text ends a comment or a value. */
export const profileText = (discovery: Discovery, hasKey: boolean): string => {
  const { name } = profileOf(discovery);
  return [
    comment(`What ${discovery.url} seems to claim, from what it answers. Read it before you rely on it.`),
    `# Asked, with nothing that could be answered by generating:`,
    ...discovery.asked.map((one) => comment(`  ${requestLine(one, hasKey)} → ${outcomeLine(one)}`)),
    ...discovery.notes.map((note) => comment(note)),
    ...listedModels(discovery.listed),
    `name: ${scalar(name)}`,
    `about: ${about}`,
    ...claimLines(discovery),
    ...modelLines(discovery),
    '',
  ].join('\n');
};

/** The proposal for machines: the profile, what was and was not seen, every request. */
export const discoveryJson = (discovery: Discovery, hasKey: boolean): Readonly<Record<string, unknown>> => ({
  url: discovery.url,
  complete: discovery.complete,
  profile: profileOf(discovery),
  seen: discovery.claims,
  notSeen: discovery.notSeen,
  listedModels: discovery.listed,
  notes: discovery.notes,
  requests: discovery.asked.map(({ question, sight }) => ({
    method: sight.probe.method,
    path: sight.probe.path,
    key: question.shows === 'the key' && hasKey ? 'shown' : 'none',
    encoding: sight.probe.encoding,
    status: sight.status,
    end: sight.end,
    ...(sight.errorCode !== undefined && { errorCode: sight.errorCode }),
    durationMs: Math.round(sight.durationMs),
  })),
});
