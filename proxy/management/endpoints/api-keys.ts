import { listEndpoint } from '../list.ts';

export default listEndpoint('api-keys', 'key');
