import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('max-retry-interval', ['max-retry-interval']);
