import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  says,
  type Cell,
  type ClientDialect,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const treeIn = (value: unknown, key: string): Tree => (isTree(value) && isTree(value[key]) ? value[key] : {});
const listIn = (value: unknown, key: string): readonly unknown[] => (isTree(value) && Array.isArray(value[key]) ? value[key] : []);

/** A schema as the tools of coding agents have them: legal JSON Schema, much of which Gemini's own form of schemas does not have. */
const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: false,
  required: ['city', 'days'],
  properties: {
    city: { type: 'string', minLength: 1, description: 'Where' },
    days: { type: 'integer', enum: [1, 3, 7], exclusiveMinimum: 0 },
    unit: { const: 'celsius' },
    place: { $ref: '#/$defs/place' },
    when: { type: ['string', 'null'], format: 'date-time' },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  $defs: { place: { type: 'object', properties: { lat: { type: 'number' } }, additionalProperties: false } },
};

const about = { name: 'forecast', description: 'Tells the weather.' };

/** The tool as each dialect of a caller writes it. */
const toolOf: Readonly<Record<ClientDialect, unknown>> = {
  'openai-chat': { type: 'function', function: { ...about, parameters: schema } },
  'openai-responses': { type: 'function', ...about, parameters: schema, strict: false },
  'anthropic-messages': { ...about, input_schema: schema },
  'gemini-generate': { functionDeclarations: [{ ...about, parametersJsonSchema: schema }] },
};

const withTool = (cell: Cell, plain: Probe): Probe =>
  plain.body !== undefined && 'json' in plain.body
    ? { ...plain, body: { json: { ...(plain.body.json as Tree), tools: [toolOf[cell.client]] } } }
    : plain;

/** Of Google's documentation: the keys of its own form of schemas (`parameters`). `parametersJsonSchema` takes JSON Schema as it is. */
const googlesKeys = new Set(
  'type format title description nullable enum maxItems minItems properties required minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum'.split(
    ' ',
  ),
);

/** What Gemini refuses in a schema of its own form; empty when it takes it. */
const refusedIn = (node: unknown, at: string): readonly string[] => {
  if (!isTree(node)) return [`${at}: not a schema`];
  const unknown = Object.keys(node).filter((key) => !googlesKeys.has(key));
  const enums =
    Array.isArray(node['enum']) && node['enum'].some((each) => typeof each !== 'string') ? [`${at}.enum: values that are no text`] : [];
  const types = Array.isArray(node['type']) ? [`${at}.type: a list`] : [];
  return [
    ...unknown.map((key) => `${at}.${key}`),
    ...enums,
    ...types,
    ...Object.entries(treeIn(node, 'properties')).flatMap(([key, inner]) => refusedIn(inner, `${at}.properties.${key}`)),
    ...listIn(node, 'anyOf').flatMap((inner, index) => refusedIn(inner, `${at}.anyOf.${index}`)),
    ...('items' in node ? refusedIn(node['items'], `${at}.items`) : []),
  ];
};

const declarationIn = (body: unknown): Tree | undefined =>
  listIn(body, 'tools')
    .flatMap((tool) => [...listIn(tool, 'functionDeclarations'), ...listIn(tool, 'function_declarations')])
    .find((declared): declared is Tree => isTree(declared) && declared['name'] === about.name);

const refusals = (body: unknown): readonly string[] => {
  const declared = declarationIn(body);
  return declared === undefined || declared['parameters'] === undefined ? [] : refusedIn(declared['parameters'], 'parameters');
};

const asGoogle = answer('text').when(({ body }: UpstreamRequest) => refusals(body).length > 0, 'gemini-generate/schema-refused');

const eachDeclaration = (check: (declared: Tree) => Reading) => (call: { readonly body: unknown }) => {
  const declared = declarationIn(call.body);
  return declared === undefined ? deviates({ expected: `the tool ${about.name}`, actual: call.body }) : check(declared);
};

/** Required names, and those of all properties, whichever of both forms carries them. */
const namesIn = (declared: Tree): readonly unknown[] => {
  const carried = isTree(declared['parametersJsonSchema']) ? declared['parametersJsonSchema'] : declared['parameters'];
  return [...listIn(carried, 'required'), ...Object.keys(treeIn(carried, 'properties'))];
};
const expectedNames = [...schema.required, ...Object.keys(schema.properties)];

/** Complaint 9 of ten (see README.md): CLIProxyAPI 1243, 9router 745, new-api 7137. */
export default defineScenario({
  id: 'complaints/gemini-refuses-the-schema',
  title: 'Gemini refuses the tools of an agent for their JSON Schema',
  matrixRow: 'complaints',
  requires: ['tools'],
  diagnosis: {
    symptom:
      'An agent works with other vendors; with Gemini every request that names its tools is refused with 400, Unknown name or enum: only allowed for STRING type.',
    cause:
      'Tools of agents are written in JSON Schema. Gemini’s own form of schemas has a few of its words only, and the proxy hands over all of them.',
    check:
      'Send one tool whose schema has $schema, additionalProperties, an enum of numbers and a type that is a list, and read which word Gemini names.',
    remediation:
      'Hand JSON Schema over in parametersJsonSchema, which takes it as it is; where that is not to be had, rewrite what the vendor’s form lacks and keep names and required ones.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['gemini-generate'],
    streams: [false, true],
  }),
  upstream: () => asGoogle,
  steps: ({ cell, model }) => ({ tool: withTool(cell, converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 })) }),
  expectations: [
    must.behind('a-tool-with-json-schema-is-no-error', ['tool'], ({ tool }) => says(tool, 'Wireproof says ok.')),
    must.behind('the-vendor-gets-a-schema-that-it-takes', ['tool'], ({ tool }) =>
      everyUpstreamCall(
        tool,
        eachDeclaration((declared) => {
          const refused = refusals({ tools: [{ functionDeclarations: [declared] }] });
          return refused.length === 0
            ? holds()
            : deviates({ expected: 'only words of Google’s schemas, or parametersJsonSchema', actual: refused });
        }),
      ),
    ),
    must.behind('no-parameter-of-the-tool-is-lost', ['tool'], ({ tool }) =>
      everyUpstreamCall(
        tool,
        eachDeclaration((declared) =>
          JSON.stringify(namesIn(declared)) === JSON.stringify(expectedNames)
            ? holds()
            : deviates({ expected: expectedNames, actual: namesIn(declared) }),
        ),
      ),
    ),
  ],
  remedy: { config: {} },
  symptom: { violates: () => [], none: 'the reference proxy hands schemas over as they are; the kill matrix shows proxies that do not' },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
