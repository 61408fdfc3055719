import { toolAbout } from '../package-root.ts';
import { showsNoKey } from './question.ts';
import { answerText, curlOf, shownText } from './repeat-step.ts';
import type { Answered } from './session.ts';
import type { Triage } from './triage.ts';
import type { TriageReport } from './triage-schema.ts';
import { exitCodeOf } from './verdict.ts';

const stepOf = (triage: Triage, answered: Answered): TriageReport['steps'][number] => {
  const { question, sight, reads } = answered;
  return {
    id: shownText(triage, question.id),
    topic: question.topic,
    wants: shownText(triage, question.wants),
    at: question.at ?? 'public',
    method: question.probe.method,
    path: question.probe.path,
    key: triage.hasKey && !showsNoKey(question) ? 'shown' : 'none',
    status: sight.status,
    end: sight.end,
    ...(sight.errorCode !== undefined && { errorCode: sight.errorCode }),
    reads,
    durationMs: Math.round(sight.durationMs),
    answer: answerText(triage, answered),
    curl: curlOf(triage, answered),
  };
};

/** The triage for machines: every question with its answer, what it shows, what it does not. No key is in it. */
export const triageJson = (triage: Triage): TriageReport => {
  const shown = (text: string): string => shownText(triage, text);
  return {
    schema: 'wireproof.triage/v1',
    tool: toolAbout(),
    url: triage.url,
    ...(triage.direct !== undefined && { direct: triage.direct }),
    ...(triage.profile !== undefined && { profile: triage.profile }),
    key: triage.hasKey ? 'given' : 'none',
    verdict: { kind: triage.verdict.kind, says: shown(triage.verdict.says), exitCode: exitCodeOf(triage.verdict) },
    named: triage.named.map(({ questions, ...each }) => ({
      ...each,
      title: shown(each.title),
      evidence: shown(each.evidence),
      cause: shown(each.cause),
      questions: questions.map(shown),
    })),
    steps: triage.answers.map((answered) => stepOf(triage, answered)),
    notAsked: triage.unasked.map(({ question, because }) => ({ id: shown(question.id), because })),
    notSeen: triage.unseen.map(shown),
    limits: { ...triage.limits },
    spent: { ...triage.spent },
  };
};
