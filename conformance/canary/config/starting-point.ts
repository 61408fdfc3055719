/** What `wireproof init` writes: a configuration that is valid as it stands, and a workflow that runs it (issue 8). */

export const startingFile = 'wireproof.canary.yaml';
export const workflowFile = '.github/workflows/wireproof-canary.yml';

/** Lines with a # and no blank behind it are keys that are switched off; without their # the file is valid, too. */
export const startingConfig = (
  url: string,
): string => `# A canary: the same scenarios that judge a proxy in CI watch a live one, within ceilings, and tell when something breaks.
#
#   export PROXY_KEY=...                   the key that your callers use; it never stands in this file
#   npx wireproof canary --dry-run         the coming 24 hours, and what they cost at worst; sends nothing
#   npx wireproof canary --once            one round now
#   npx wireproof canary                   goes on, and serves the status page
#
# Every key: wireproof schema canary. Durations are 90s, 5m, 24h, 30d. Relative paths start at this file.
# A line that begins with # and no blank behind it is a key that is switched off.

# Where this canary asks from: with several machines, each has another name (or --location).
location: local

# A file, or the variable with a postgres:// address, which any number of workers can share.
history: ./wireproof-history.db
#retention: { results: 30d, evidence: 14d, hours: 90d, days: 730d, incidents: 730d }

# Status page, /metrics, and control (POST /-/pause, /-/resume, /-/reload).
serve:
  host: 127.0.0.1
  port: 9464
  title: Canary
  #control-token-env: WIREPROOF_CONTROL_TOKEN

# While this file exists, nothing is sent.
pause-file: ./wireproof.pause

# When a target cannot be reached and none of these answers, the canary is offline and blames nobody.
#connectivity: [https://example.com]

# Hard ceilings over all targets, kept for the worst case before anything is sent. usd needs prices.
budget:
  hour: { requests: 500 }
  day: { requests: 5000, input-tokens: 500000, output-tokens: 200000 }

# Where alerts go, by name. Addresses that are secrets themselves are named by their variable.
#destinations: { ops: { kind: slack, url-env: SLACK_WEBHOOK_URL }, hook: { kind: webhook, url: 'https://alerts.example/wp', secret-env: HOOK_SECRET } }

# A dead-man service: asked after rounds that were written.
#heartbeat: { url-env: HEARTBEAT_URL, every: 5m }

# Files after each round: json, junit or badge.
#files: [{ kind: badge, directory: ./badges }]

# What every target has that does not say otherwise.
defaults:
  schedule:
    every: 15m # or cron: '*/15 * * * *' with a time-zone
    jitter: 30s
    #time-zone: Europe/Berlin
    #blackouts: [{ from: '0 2 * * 0', for: 2h, reason: maintenance on Sundays }]
  in-flight: 1 # requests at a time
  thresholds:
    fails: 2 # of the last
    of: 3 # make a scenario failing
    confirm-after: 30s # after a first failure it is asked again so soon
  # US dollars per million tokens, of the dearest model.
  #prices: { input: 1.25, output: 10 }

targets:
  - name: proxy
    url: ${url}
    key-env: PROXY_KEY
    # What it claims to do: a name, or the file that \`wireproof discover ${url} --output proxy.yaml\` writes.
    profile: openai-compatible
    # The names that its callers use.
    #models: { openai-chat: gpt-4.1-mini }
    #labels: { team: platform }
    #region: eu
    # Default: everything that is safe and that the profile claims, the usual case of each row.
    #scenarios: { rows: [5, 11, 17], exclude: ['limits/*'] }
    # For one round of this target, for each hour and day (UTC).
    #budget: { round: { requests: 60, seconds: 120 }, day: { usd: 0.5 } }
    # The upstream behind it, asked when a check fails, to see whose fault it is.
    #direct: { url: 'https://api.openai.com', key-env: UPSTREAM_KEY }
    # Known failures, each with reason, owner and expiry.
    #baseline: ./known-failures.yaml
`;

/** A scheduled job that asks once each time. The history is kept in the cache, so that the last results are known. */
export const workflow = `name: wireproof canary
on:
  schedule:
    - cron: '7,37 * * * *'
  workflow_dispatch: {}
permissions:
  contents: read
concurrency:
  group: wireproof-canary
jobs:
  canary:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - uses: actions/cache@v4
        with:
          path: wireproof-history.db*
          key: wireproof-history-\${{ github.run_id }}
          restore-keys: wireproof-history-
      - run: npx wireproof canary --once --no-serve
        env:
          PROXY_KEY: \${{ secrets.PROXY_KEY }}
`;
