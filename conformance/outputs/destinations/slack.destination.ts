import { z } from 'zod';

import { evidenceLine, faultLine, headline, oneLine, placeLine } from './alert-words.ts';
import { defineDestination } from './destination.ts';
import { commonSettings, secretKeys } from './settings.ts';

/** The three characters that mean something to Slack in any text, so that nobody is mentioned and nothing becomes a link. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const longestText = 3000;
/** An entity has five characters at most: so many fit, whatever they are. */
const alwaysFit = longestText / 5;

/** Slack refuses the whole message for one text that is too long, and entities are longer than what they stand for. */
const fitted = (text: string): string => {
  const whole = escaped(text);
  return whole.length <= longestText ? whole : escaped(oneLine(text, alwaysFit));
};

/** No formatting, no emoji, no mentions: what a target said stays as it is. Slack takes 150 characters in a header and 3000 elsewhere. */
const plain = (text: string) => ({ type: 'plain_text', text: fitted(text), emoji: false });

const section = (text: string | undefined) => (text === undefined ? [] : [{ type: 'section', text: plain(text) }]);

/** An address of ours, from the configuration; inside of a link these four would end it. */
const link = (page: string): string => `<${page.replaceAll(/[<>|\s]/g, encodeURIComponent)}|Open the incident>`;

export default defineDestination({
  kind: 'slack',
  about: 'A message through an incoming webhook of Slack.',
  settings: z.strictObject({ ...secretKeys('url'), ...commonSettings }),
  secrets: ['url'],
  needs: () => ['url'],
  bodyOf: ({ kind, incident }, { secrets, page }) => {
    const title = headline(incident, 120);
    const state = kind === 'opened' ? `Opened (${incident.severity})` : 'Resolved';
    const { diagnosis } = incident;
    const more = [
      ...section(evidenceLine(incident.lastEvidence, 600)),
      ...section(faultLine(incident, 400)),
      ...section(diagnosis && oneLine(`Cause: ${diagnosis.cause}`, 900)),
      ...section(diagnosis && oneLine(`What to do: ${diagnosis.remediation}`, 900)),
    ];
    const body = {
      text: escaped(`${state}: ${title}`),
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        // Entities may make the text longer than the 150 that a header takes; a section has room.
        { type: 'section', text: plain(`${state}: ${title}`) },
        ...section(placeLine(incident)),
        ...(kind === 'opened' ? more : []),
        ...(page === undefined ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: link(page) }] }]),
      ],
    };
    return { url: secrets['url'] ?? '', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  },
});
