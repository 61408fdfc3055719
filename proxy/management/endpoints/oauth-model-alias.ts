import { byChannelEndpoint } from '../by-channel.ts';

export default byChannelEndpoint('oauth-model-alias', 'aliases');
