import { z } from 'zod';

import { surfaceIds } from '#fixtures/exchange';

import { nearestHint } from '../nearest.ts';
import { checkYaml, readYaml } from '../yaml-file.ts';
import { knownClaims } from './known-claims.ts';

const modelKey = new RegExp(`^(?:${surfaceIds.join('|')})(?::[a-z0-9]+(?:-[a-z0-9]+)*)?$`);

const meantKey = (key: unknown): string => {
  const hint = nearestHint(String(key).split(':', 1)[0] ?? '', surfaceIds);
  return hint.startsWith('did you mean') ? `; ${hint}` : `; surfaces are ${surfaceIds.join(', ')}`;
};

/** A surface, or one of its roles: where a model's name is looked up. */
export const modelKeySchema = z.string().regex(modelKey, { error: ({ input }) => `a surface, or surface:role${meantKey(input)}` });

const claimSchema = z.enum(knownClaims, { error: `one of ${knownClaims.join(', ')}` });

const formSchema = z.strictObject({
  name: z.string({ error: 'a name' }).min(1, 'a name').describe('How reports call the profile.'),
  about: z.string({ error: 'what it stands for' }).default('').describe('What it stands for, for people.'),
  claims: z
    .array(claimSchema, { error: 'a list of capabilities' })
    .describe('What the target can do. A check that needs more is unsupported, never failed.'),
  models: z
    .record(modelKeySchema, z.string({ error: 'a model name' }).min(1, 'a model name'), { error: 'model names by surface' })
    .describe('The names that callers use, by upstream surface or surface:role.'),
});
type Form = z.infer<typeof formSchema>;

interface Slip {
  readonly path: (string | number)[];
  readonly message: string;
}

const repeated = ({ claims }: Form): readonly Slip[] =>
  claims.flatMap((claim, index) => (claims.indexOf(claim) < index ? [{ path: ['claims', index], message: 'each claim once' }] : []));

/** Without a name for its model, nothing of a claimed upstream could be asked, and all of it would silently be unsupported. */
const nameless = ({ claims, models }: Form): readonly Slip[] =>
  surfaceIds
    .filter((surface) => claims.includes(`upstream:${surface}`) && models[surface] === undefined)
    .map((surface) => ({ path: ['models', surface], message: `the name of a model, because upstream:${surface} is claimed` }));

/** A profile as a YAML file has it. */
export const profileFileSchema = formSchema.superRefine((form, context) => {
  for (const { path, message } of [...repeated(form), ...nameless(form)]) context.addIssue({ code: 'custom', path, message });
});
export type ProfileFile = z.output<typeof profileFileSchema>;

const kind = { what: 'a profile', code: 'config-invalid', keys: Object.keys(formSchema.shape) } as const;

/** Reads and checks a profile file. @throws ToolError `config-invalid` with every problem: line, path, expected, actual, hint */
export const readProfileFile = async (file: string): Promise<ProfileFile> => checkYaml(await readYaml(file, kind), profileFileSchema, kind);

/** The published JSON Schema of a profile file, for editors. */
export const profileJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(profileFileSchema, { io: 'input' }),
  $id: 'wireproof.profile/v1',
  title: 'Wireproof profile',
});
