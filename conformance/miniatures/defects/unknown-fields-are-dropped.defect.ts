import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'unknown-fields-are-dropped',
  about: 'What the proxy has no name for does not reach the upstream, though both speak one dialect',
  seenIn: 'Portkey evidence: output_config and context_management are left out; new-api#5912',
  back: (message, passOn) => passOn(withText(message, textOf(message).replace(/,\s*"\w*unknown\w*"\s*:\s*\{[^}]*\}/, ''))),
});
