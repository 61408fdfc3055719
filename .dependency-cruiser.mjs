/** Who may import whom. Types count: a type that crosses a boundary is a dependency too. */
const withoutTests = '(?<!\\.test)\\.tsx?$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'A cycle hides which part is the lower one.', from: {}, to: { circular: true } },
    {
      name: 'proxy-imports-nobody',
      severity: 'error',
      comment: 'The judged shares no code with the judge. Tests of the proxy may read fixtures.',
      from: { path: `^proxy/.*${withoutTests}` },
      to: { path: '^(fixtures|scenarios|conformance|bench|interop|clients)/' },
    },
    {
      name: 'proxy-tests-read-fixtures-only',
      severity: 'error',
      from: { path: '^proxy/.*\\.test\\.ts$' },
      to: { path: '^(scenarios|conformance|bench|interop|clients)/' },
    },
    {
      name: 'fixtures-import-nobody',
      severity: 'error',
      comment: 'What upstreams say depends on nothing.',
      from: { path: '^fixtures/' },
      to: { path: '^(proxy|scenarios|conformance|bench|interop|clients)/' },
    },
    {
      name: 'scenarios-import-fixtures-only',
      severity: 'error',
      from: { path: '^scenarios/' },
      to: { path: '^(proxy|conformance|bench|interop|clients)/' },
    },
    {
      name: 'only-the-reference-target-starts-the-proxy',
      severity: 'error',
      comment: 'Everything else must work for any proxy. Tests of real clients may start it too.',
      from: { path: '^conformance/', pathNot: '^conformance/(targets/reference-(proxy|host)|suite/.*\\.test)\\.ts$' },
      to: { path: '^proxy/' },
    },
    {
      name: 'interop-is-outside',
      severity: 'error',
      comment: "Other people's suites judge the proxy over a socket; it is started by conformance/targets.",
      from: { path: '^interop/' },
      to: { path: '^(proxy|bench)/' },
    },
    {
      name: 'nobody-imports-interop',
      severity: 'error',
      from: { pathNot: '^(interop|clients)/' },
      to: { path: '^interop/' },
    },
    {
      name: 'clients-are-outside',
      severity: 'error',
      comment:
        "Real clients meet the proxy over a socket; it is started by conformance/targets. Their mocked models' wire forms are interop's.",
      from: { path: '^clients/' },
      to: { path: '^(proxy|bench)/' },
    },
    {
      name: 'nobody-imports-clients',
      severity: 'error',
      from: { pathNot: '^clients/' },
      to: { path: '^clients/' },
    },
    {
      name: 'two-dialects-never-meet',
      severity: 'error',
      comment: 'Translation goes through the neutral pivot (proxy/ir); pairwise code grows with the square of the dialects.',
      from: { path: '^proxy/dialects/([^/]+)/' },
      to: { path: '^proxy/dialects/([^/]+)/', pathNot: '^proxy/dialects/$1/' },
    },
    {
      name: 'ir-knows-no-dialect',
      severity: 'error',
      from: { path: `^proxy/ir/.*${withoutTests}` },
      to: { path: '^proxy/(dialects|relay|routes|routing|remedies|providers)/' },
    },
    {
      name: 'dialects-know-no-transport',
      severity: 'error',
      from: { path: `^proxy/dialects/.*${withoutTests}` },
      to: { path: '^proxy/(relay|routes|routing|remedies|providers)/' },
    },
    {
      name: 'engine-gets-what-it-needs-handed-in',
      severity: 'error',
      comment: 'cli → {reporters, targets, baseline, …} → engine.',
      from: { path: `^conformance/engine/.*${withoutTests}` },
      to: { path: '^conformance/(cli|reporters|miniatures|suite)/' },
    },
    {
      name: 'recording-knows-nobody-who-uses-recordings',
      severity: 'error',
      comment: 'cli → {drift, recorded-runs} → record.',
      from: { path: `^conformance/record/.*${withoutTests}` },
      to: { path: '^conformance/(cli|drift|recorded-runs|suite)/' },
    },
    {
      name: 'nobody-imports-the-cli',
      severity: 'error',
      from: { pathNot: '^conformance/(cli|suite)/' },
      to: { path: '^conformance/cli/' },
    },
    {
      name: 'msw-stays-in-intercept',
      severity: 'error',
      comment: 'msw is a development dependency; the socket server works without it.',
      from: { pathNot: '(\\.test\\.ts$|^fixtures/(upstreams/intercept|recordings/in-process/msw-handlers)\\.ts$|^bench/)' },
      to: { path: 'node_modules/msw/' },
    },
    {
      name: 'no-dev-dependency-in-the-product',
      severity: 'error',
      from: {
        path: '^(proxy|fixtures|scenarios|conformance)/',
        pathNot:
          '(\\.test\\.tsx?$|^fixtures/(upstreams/intercept|recordings/in-process/(msw-handlers|vitest-helper))\\.ts$|^conformance/suite/|^conformance/(history|status-page|drift)/testing/|^conformance/outputs/otlp/load-sdk\\.ts$)',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'testing-stays-in-tests',
      severity: 'error',
      comment: 'What only tests and measures need is not published.',
      from: { path: '^conformance/', pathNot: '(\\.test\\.tsx?$|/testing/|^conformance/suite/)' },
      to: { path: '^conformance/[^/]+/testing/' },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['wireproof-source', 'import', 'node', 'default', 'types'], exportsFields: ['exports'] },
  },
};
