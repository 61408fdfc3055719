import { defineClient } from '../client.ts';
import { piModels } from './pi-models.ts';
import pi from './pi.client.ts';

export default defineClient({
  ...pi,
  id: 'pi-anthropic',
  title: 'pi, Messages',
  surface: 'anthropic-messages',
  needs: ['as pi, with `api` anthropic-messages and `baseUrl` without a path'],
  files: (aim) => piModels(aim, 'anthropic-messages', ''),
});
