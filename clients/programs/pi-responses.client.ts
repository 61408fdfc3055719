import { defineClient } from '../client.ts';
import { piModels } from './pi-models.ts';
import pi from './pi.client.ts';

export default defineClient({
  ...pi,
  id: 'pi-responses',
  title: 'pi, Responses',
  surface: 'openai-responses',
  needs: ['as pi, with `api` openai-responses and `baseUrl` …/v1'],
  files: (aim) => piModels(aim, 'openai-responses', '/v1'),
});
