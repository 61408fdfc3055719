import type { ListedModel } from '../routing/model-table.ts';

const levels = [
  { effort: 'low', description: 'Fast answers with little reasoning' },
  { effort: 'medium', description: 'Balances speed and reasoning' },
  { effort: 'high', description: 'More reasoning for hard problems' },
];

/**
 * Every model with the same cautious abilities, but for what the configuration says: the proxy knows what it routes, not what a model can do. The earlier in the
 * configuration, the higher the priority (a smaller number).
 */
const codexModel = ({ id, ownedBy, displayName = id, contextLength = 200_000 }: ListedModel, index: number): unknown => ({
  slug: id,
  display_name: displayName,
  description: `Served by ${ownedBy}.`,
  default_reasoning_level: 'medium',
  supported_reasoning_levels: levels,
  shell_type: 'shell_command',
  visibility: 'list',
  supported_in_api: true,
  priority: index,
  upgrade: null,
  base_instructions: '',
  supports_reasoning_summaries: true,
  support_verbosity: false,
  default_verbosity: null,
  apply_patch_tool_type: null,
  truncation_policy: { mode: 'bytes', limit: 10_000 },
  supports_parallel_tool_calls: true,
  context_window: contextLength,
  prefer_websockets: false,
  experimental_supported_tools: [],
});

/** The catalogue that Codex asks for with `?client_version=` (sheet S6). */
export const codexCatalogue = (models: readonly ListedModel[]): unknown => ({ models: models.map(codexModel) });
