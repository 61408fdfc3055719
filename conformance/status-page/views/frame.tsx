/** What is around every page. */
import type { ComponentChildren } from 'preact';

import { shownLine } from '../shown-text.ts';
import { encodedName, hrefOf, overview, type Links, type Place } from '../place.ts';
import { isoText, momentText } from '../words.ts';

/** How a page is delivered: served, with its own script and style, or as a file that needs nothing beside it. */
export interface Setting {
  readonly links: Links;
  readonly now: number;
  readonly title: string;
  /** For a file: the style itself, and what allows it. Absent: linked. */
  readonly inline?: { readonly style: string; readonly policy: string };
  /** Sentences that stand above every page. */
  readonly notices?: readonly string[];
  /** The page listens for changes since this id; absent: it does not. */
  readonly liveSince?: string;
}

interface FrameProps {
  readonly setting: Setting;
  readonly name: string;
  readonly place: Place;
  /** A sentence that is read out when it changes. */
  readonly summary?: string;
  /** Of the target that the page is about; absent: of all. */
  readonly about?: string;
  readonly children: ComponentChildren;
}

const assetLink = (links: Links, file: string): string => links({ path: ['assets', file] }) ?? '';

const Head = ({ setting, name }: Pick<FrameProps, 'setting' | 'name'>) => (
  <head>
    <meta charset="utf-8" />
    {setting.inline && <meta http-equiv="content-security-policy" content={setting.inline.policy} />}
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>{`${name} · ${shownLine(setting.title)}`}</title>
    {setting.inline ? (
      // The only markup that is not escaped: our own style file, whose hash the policy names.
      <style dangerouslySetInnerHTML={{ __html: setting.inline.style }} />
    ) : (
      <>
        <link rel="stylesheet" href={assetLink(setting.links, 'page.css')} />
        <link rel="icon" type="image/svg+xml" href={assetLink(setting.links, 'icon.svg')} />
      </>
    )}
    {setting.liveSince !== undefined && <script type="module" src={assetLink(setting.links, 'live.mjs')} />}
  </head>
);

const places: readonly (readonly [string, Place])[] = [
  ['Overview', overview],
  ['Incidents', { path: ['incidents'] }],
  ['Rows', { path: ['rows'] }],
];

const Navigation = ({ links, here }: { readonly links: Links; readonly here: Place }) => (
  <nav aria-label="Pages">
    <ul>
      {places.map(([name, place]) => (
        <li key={name}>
          <a {...hrefOf(links, place)} aria-current={here.path.length <= 1 && here.path[0] === place.path[0] ? 'page' : undefined}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

const Foot = ({ setting }: { readonly setting: Setting }) => (
  <footer>
    <p id="as-of" data-live>
      As of <time dateTime={isoText(setting.now)}>{momentText(setting.now)}</time>. All times are UTC.
    </p>
    {setting.liveSince !== undefined && (
      <p>
        <span id="live-state">
          <a href="">Reload</a>
        </span>
      </p>
    )}
    <p>Made by wireproof</p>
  </footer>
);

export const Frame = ({ setting, name, place, summary, about, children }: FrameProps) => (
  <html lang="en">
    <Head setting={setting} name={name} />
    <body
      data-target={about === undefined ? undefined : encodedName(about)}
      data-events={setting.liveSince === undefined ? undefined : setting.links({ path: ['events'], query: { since: setting.liveSince } })}
    >
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header>
        <p class="site">
          <a {...hrefOf(setting.links, overview)}>{shownLine(setting.title)}</a>
        </p>
        <Navigation links={setting.links} here={place} />
      </header>
      <main id="content" tabIndex={-1}>
        <div id="notices" data-live>
          {(setting.notices ?? []).map((notice) => (
            <p key={notice} class="notice">
              {notice}
            </p>
          ))}
        </div>
        {children}
      </main>
      <Foot setting={setting} />
      <div id="announcement" class="unseen" role="status" data-summary={summary} />
    </body>
  </html>
);
