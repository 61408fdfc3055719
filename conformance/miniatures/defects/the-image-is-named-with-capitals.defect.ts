import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-image-is-named-with-capitals',
  about: 'the compose file names the image as its page spells it, with capitals',
  seenIn: 'row 4 (b): CPP’s compose file says KooshaPari/…',
  image: (image) => ({ ...image, reference: '{registry}/House/LLM-Proxy:v1.4.0' }),
});
