import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'images-are-built-on-one-machine-only',
  about: 'the image is published for one platform, on which nobody runs it',
  seenIn: 'row 4 (b): exec format error',
  image: (image) => ({ ...image, platform: 'linux/s390x' }),
});
