import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'schemas-go-to-gemini-as-they-are',
  about: 'JSON Schema is handed to Gemini in the field for Google’s own, smaller form',
  seenIn: 'CLIProxyAPI#1243, 9router#745',
  back: (message, passOn) => passOn(withText(message, textOf(message).replaceAll('"parametersJsonSchema"', '"parameters"'))),
});
