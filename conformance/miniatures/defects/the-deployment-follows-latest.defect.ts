import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-deployment-follows-latest',
  about: 'the deployment names a tag that moves, and it has moved',
  seenIn: 'row 4 (e) 4: latest with pull_policy: always',
  image: (image) => ({
    ...image,
    reference: '{registry}/house/llm-proxy:latest',
    registry: { ...image.registry, tags: { latest: { build: 'a-later-one', platforms: image.tested.platforms } } },
  }),
});
