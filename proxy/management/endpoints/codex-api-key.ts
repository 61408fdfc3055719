import { listEndpoint } from '../list.ts';

export default listEndpoint('codex-api-key', 'api-key');
