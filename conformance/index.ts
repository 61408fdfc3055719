/** The runner as a library: load scenarios and a target, run, get a report. */
export { loadBaseline, parseBaseline } from './baseline/baseline.ts';
export { defineConfig, type CanaryConfig } from './canary/config/schema.ts';
export type { Budget } from './engine/budget.ts';
export { canaryBudget } from './engine/budget.ts';
export type { KnownFailures } from './engine/known-failures.ts';
export { loadCatalogue } from './engine/load-scenarios.ts';
export { defaultArms } from './engine/plan.ts';
export { reportSchema, type Report, type ResultRecord, type Verdict } from './engine/records.ts';
export { reportJsonSchema } from './engine/report-schema.ts';
export { runSuite, type RunOptions } from './engine/run.ts';
export { selectScenarios, type Selection } from './engine/select.ts';
export { discover, type Discovery } from './discover/discover.ts';
export { ToolError, type Problem, type ToolErrorCode } from './errors.ts';
export { profileNames, resolveProfile } from './profiles/profile.ts';
export { fileTarget, loadTarget, targetNames, type LoadTargetOptions } from './targets/file-target.ts';
export type { DirectUpstream, Profile, RunningTarget, Setting, Target } from './targets/target.ts';
export { urlTarget } from './targets/url-target.ts';
