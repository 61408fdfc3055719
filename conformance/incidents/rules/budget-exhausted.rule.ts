import { wholeTarget, type AlertRule, type RoundFacts } from '../rule.ts';
import type { Sees } from '../sees.ts';

/** Ceilings are counted by the hour: within one a round that fits proves nothing. */
const steadyMs = 3_600_000;

const seesNow = ({ round, open, now }: RoundFacts): Sees => {
  if (round.cause === 'budget') return 'wrong';
  const since = open.find(({ rule }) => rule === 'budget-exhausted');
  return round.outcome === 'complete' && since !== undefined && now - since.openedAt >= steadyMs ? 'well' : 'cannot-tell';
};

const rule: AlertRule = {
  id: 'budget-exhausted',
  about:
    'A round ended early, or was not begun, because a ceiling of the canary stood in the way. Ends with a complete round an hour later.',
  severity: 'warning',
  read: (facts) => [
    {
      scenario: wholeTarget,
      row: 'rate-limits',
      title: 'The canary may spend no more, and does not look',
      seen: new Map([[facts.round.location, seesNow(facts)]]),
      needs: 1,
      fault: { at: 'harness', because: facts.round.note ?? 'a ceiling of the canary’s own configuration is reached' },
      diagnosis: {
        row: 'rate-limits',
        symptom: 'Rounds are missing or stop early, and scenarios keep a state that gets older.',
        cause: 'Schedule and selection cost more than requests, tokens, seconds or money of the hour or the day allow.',
        check: 'wireproof canary --dry-run prints the rounds of the coming day and what they may cost.',
        remediation: 'Ask more rarely or for less, or raise the ceiling that is named.',
      },
    },
  ],
};

export default rule;
