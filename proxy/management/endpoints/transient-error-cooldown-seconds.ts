import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('transient-error-cooldown-seconds', ['transient-error-cooldown-seconds']);
