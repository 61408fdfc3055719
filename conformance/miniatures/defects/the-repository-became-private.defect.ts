import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-repository-became-private',
  about: 'the repository is private, and the machine that pulls shows no account',
  seenIn: 'row 4 (b): no container',
  image: (image) => ({ ...image, registry: { ...image.registry, access: 'refused' } }),
});
