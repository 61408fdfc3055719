// @ts-check
/**
 * Keeps an open page as the server would make it now. It asks for the page again when something changed and takes over the parts that differ;
 * it makes no markup of its own. Without it the page reads the same and stays as it was.
 */

/** A page asks no more often than this, however much happens. */
const leastMs = 1_500;
/** What was answered wrongly is asked for again so much later, and up to twice as long: not by all open pages at once. */
const againMs = 5_000;
const soonAgain = () => againMs * (1 + Math.random());

const { body } = document;
const announcement = document.querySelector('#announcement');
const liveState = document.querySelector('#live-state');

/** The one place where text becomes markup: our own page, from our own origin, parsed without running anything. */
const { trustedTypes } =
  /** @type {{ trustedTypes?: { createPolicy: (name: string, rules: { createHTML: (text: string) => string }) => { createHTML: (text: string) => unknown } } }} */ (
    /** @type {unknown} */ (window)
  );
const policy = trustedTypes?.createPolicy('wireproof-own-page', { createHTML: (/** @type {string} */ text) => text });

/** @param {string} text */
const parsed = (text) =>
  new DOMParser().parseFromString(/** @type {string} */ (/** @type {unknown} */ (policy?.createHTML(text) ?? text)), 'text/html');

/** What people opened or closed stays so. @param {Element} before @param {Element} after */
const keepOpen = (before, after) => {
  for (const details of before.querySelectorAll('details[id]')) {
    const same = after.querySelector(`#${CSS.escape(details.id)}`);
    if (same !== null) same.toggleAttribute('open', details.hasAttribute('open'));
  }
};

/** Something inside that has the same purpose, so that the focus does not fall back to the begin of the page. @param {Element} after @param {Element} focused */
const counterpart = (after, focused) => {
  if (focused.id !== '') return after.querySelector(`#${CSS.escape(focused.id)}`);
  const href = focused.getAttribute('href');
  if (href !== null) return after.querySelector(`a[href="${CSS.escape(href)}"]`);
  const parent = focused.parentElement;
  return focused.tagName === 'SUMMARY' && parent?.id ? after.querySelector(`#${CSS.escape(parent.id)} > summary`) : null;
};

/** @param {Element} before @param {Element} after */
const replace = (before, after) => {
  keepOpen(before, after);
  if (before.isEqualNode(after)) return;
  const focused = document.activeElement;
  const next = focused !== null && focused !== before && before.contains(focused) ? counterpart(after, focused) : null;
  const typed = before.querySelector('input[type="search"]');
  // Nobody's typing is taken away.
  if (typed !== null && typed === focused) return;
  const scrolled = [...before.querySelectorAll('.wide')].map((wide) => wide.scrollLeft);
  const adopted = document.adoptNode(after);
  before.replaceWith(adopted);
  adopted.querySelectorAll('.wide').forEach((wide, index) => {
    wide.scrollLeft = scrolled[index] ?? 0;
  });
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
};

/** @param {Document} page */
const takeOver = (page) => {
  for (const list of document.querySelectorAll('[data-live-list]')) {
    const other = page.querySelector(`#${CSS.escape(list.id)}`);
    const ids = (/** @type {Element} */ of) => [...of.children].map(({ id }) => id).join('\n');
    if (other !== null && ids(other) !== ids(list)) replace(list, other);
  }
  for (const part of document.querySelectorAll('[data-live]')) {
    const other = page.querySelector(`#${CSS.escape(part.id)}`);
    if (other !== null) replace(part, other);
  }
  document.title = page.title;
  const summary = page.querySelector('#announcement')?.getAttribute('data-summary') ?? '';
  if (announcement === null || summary === announcement.getAttribute('data-summary')) return;
  announcement.setAttribute('data-summary', summary);
  announcement.textContent = summary;
};

/** @param {boolean} connected */
const showState = (connected) => {
  if (liveState === null) return;
  const mark = document.createElement('span');
  mark.className = connected ? 'live on' : 'live off';
  mark.textContent = connected ? 'Live: changes appear by themselves' : 'Not connected: trying again';
  liveState.replaceChildren(mark);
};

let asking = false;
let wanted = false;
let askedAt = -leastMs;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let later;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

const refreshLater = () => {
  again ??= setTimeout(() => {
    again = undefined;
    refreshSoon();
  }, soonAgain());
};

const refresh = async () => {
  later = undefined;
  if (document.hidden || asking) return;
  wanted = false;
  asking = true;
  askedAt = performance.now();
  try {
    const answer = await fetch(location.href, { cache: 'no-store', redirect: 'error' });
    if (answer.ok) takeOver(parsed(await answer.text()));
    // A page that is not kept any more stays away; what cannot be read now may be there soon.
    else if (answer.status >= 500) refreshLater();
  } catch {
    // The live line tells when the server is gone.
    refreshLater();
  } finally {
    asking = false;
    if (wanted) refreshSoon();
  }
};

const refreshSoon = () => {
  wanted = true;
  later ??= setTimeout(() => void refresh(), Math.max(0, askedAt + leastMs - performance.now()));
};

/** @param {string} data */
const concernsUs = (data) => {
  const about = body.dataset['target'];
  if (about === undefined) return true;
  const { targets } = /** @type {{ targets?: string[] }} */ (JSON.parse(data));
  return targets === undefined || targets.includes(decodeURIComponent(about));
};

const events = body.dataset['events'];
/** The address has the id that the page was made at: whoever comes back with it is told that something was missed. @param {string} address */
const listen = (address) => {
  const source = new EventSource(address);
  source.addEventListener('open', () => showState(true));
  source.addEventListener('error', () => {
    showState(false);
    // A lost connection it mends by itself. Any other answer, as of a reverse proxy while the canary begins anew, ends it for good.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(address), soonAgain());
  });
  source.addEventListener('changed', (event) => {
    if (concernsUs(event.data)) refreshSoon();
  });
};

if (events !== undefined) {
  listen(events);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && wanted) refreshSoon();
  });
}
