import type { ListedModel } from '../routing/model-table.ts';
import { defineRoute } from './route.ts';
import type { RouteContext } from './route.ts';

const openAiList = (models: readonly ListedModel[], created: number): unknown => ({
  object: 'list',
  data: models.map(({ id, ownedBy }) => ({ id, object: 'model', created, owned_by: ownedBy })),
});

/** Anthropic's list, with the ids as they are. */
const anthropicList = (models: readonly ListedModel[], createdAt: string): unknown => ({
  data: models.map(({ id }) => ({ id, type: 'model', display_name: id, created_at: createdAt })),
  has_more: false,
  first_id: models[0]?.id ?? null,
  last_id: models.at(-1)?.id ?? null,
});

const list = ({ routing, startedAt }: RouteContext, asAnthropic: boolean): unknown =>
  asAnthropic
    ? anthropicList(routing.listed(), new Date(startedAt).toISOString())
    : openAiList(routing.listed(), Math.floor(startedAt / 1000));

/** The models that clients may ask for; Anthropic clients are known by their version header (sheet 1.3). */
export default defineRoute({
  id: 'models',
  method: 'GET',
  url: '/v1/models',
  open: false,
  handle: (context, { headers }) => list(context, headers['anthropic-version'] !== undefined),
});
