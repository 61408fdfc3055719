import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-deployed-tag-was-deleted',
  about: 'the tag and the digest that are deployed were taken out of the registry',
  seenIn: 'row 4 (b): manifest unknown',
  image: (image) => ({ ...image, registry: { ...image.registry, tags: {} } }),
});
