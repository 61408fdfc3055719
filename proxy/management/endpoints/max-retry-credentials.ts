import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('max-retry-credentials', ['max-retry-credentials']);
