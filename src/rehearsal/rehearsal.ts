import type { ProcessDefinition } from '../octopus/process/definition.ts';
import { buildCanaryProcess } from '../octopus/process/process.ts';
import { type ApprovalLedger, createApprovalLedger } from './approval-ledger.ts';
import { type AttachedFile, listAttachedFiles } from './attached-files.ts';
import { type CanaryWatch, type Stage, watchCanary } from './canary-watch.ts';
import { judgeCards } from './card-check.ts';
import type { Cloud } from './cloud.ts';
import type { ApprovalDecision, ApprovalQuestion, DeploymentObserver, StepResult } from './deployment.ts';
import { waitForMorning } from './guarded-night.ts';
import { decideAlone } from './lone-decision.ts';
import { shortName } from './measurement.ts';
import type { Night } from './night.ts';
import { judgeNight } from './night-verdict.ts';
import { playableProcess, settlingNotes } from './playable-process.ts';
import type { PlayedRelease } from './played-release.ts';
import type { RehearsalLog } from './rehearsal-log.ts';
import { runDeployment } from './runner.ts';
import { type PlannedRelease, planReleases, type RehearsalOptions } from './scenario.ts';
import type { TemplateLibrary } from './template-library.ts';
import { askAsTester } from './tester.ts';
import { mannerOf } from './user-behaviours.ts';
import { gatherUsers, measureEntryPoints, type UserCrowd } from './users.ts';
import type { OwnTemplate } from './valued-template.ts';
import { judgeApprovals, judgeNovelty, judgeRelease } from './verdict.ts';
import { judgeVerdict } from './watched-verdict.ts';

export interface RehearsalResult {
  /** Everything that differs from the scenario; empty when all is well. */
  readonly problems: readonly string[];
  readonly releases: readonly PlayedRelease[];
  readonly stages: readonly Stage[];
  readonly attached: readonly AttachedFile[];
}

/**
 * Plays the whole scenario on a cloud, with the same templates that operators import.
 * @param process the generated process, or one read from an Octopus Server
 */
export async function rehearse(
  options: RehearsalOptions,
  library: TemplateLibrary,
  cloud: Cloud,
  log: RehearsalLog,
  process: ProcessDefinition = rehearsedProcess(options),
): Promise<RehearsalResult> {
  const users = gatherUsers(cloud, options.requestsPerSecond, log.note, mannerOf(options.behaviours));
  const ledger = createApprovalLedger();
  const given = { timeScale: options.timeScale, parameters: cloud.parameters, behaviours: options.behaviours };
  const played = playableProcess(process, library, given);
  const releases: PlayedRelease[] = [];
  const left: string[] = [];
  const testerProblems: string[] = [];
  const testAddresses = new Map<string, string>();
  for (const note of [...cloud.notes, ...settlingNotes(given)]) log.note(note);
  try {
    for (const plan of planReleases(options, played)) {
      log.heading(`Release ${plan.number} to Rehearsal: ${plan.story}`);
      const { stableAfter: stableBefore = '', blueAfter: blueBefore = '' } = releases.at(-1) ?? {};
      const lasting = { options, library, cloud, log, process: played, users, ledger, testerProblems, testAddresses };
      const release = await playRelease({ ...lasting, plan, stableBefore, blueBefore });
      releases.push(release);
      if (stableBefore === '' && !release.deployment.succeeded) {
        left.push('The first deployment failed, so the other releases were skipped. Correct it and rehearse again.');
        break;
      }
    }
  } finally {
    await users.stop();
  }
  const answers = users.present()?.load.answers() ?? [];
  const problems = [
    ...releases.flatMap(judgeRelease),
    ...judgeVerdict(releases, options.assertVerdict ?? []),
    ...judgeNovelty(releases, ownTemplateOf(options, cloud)),
    ...left,
    ...testerProblems,
    ...judgeCards(releases, answers),
    ...releases.flatMap((release) => judgeNight(release, answers)),
    ...judgeApprovals(ledger.findExcess(await cloud.served())),
  ];
  return {
    ...{ problems, releases },
    stages: releases.flatMap(({ stages }) => stages),
    attached: listAttachedFiles(releases),
  };
}

function ownTemplateOf({ template, parameters }: RehearsalOptions, { variables }: Cloud): OwnTemplate | undefined {
  return template === undefined ? undefined : { template, parameters, variables };
}

/** The process that a rehearsal with these options runs. */
export function rehearsedProcess({
  weights,
  watch,
  template,
}: Pick<RehearsalOptions, 'weights' | 'watch' | 'template'>): ProcessDefinition {
  return buildCanaryProcess({ weights, watch, testRule: true, ownTemplate: template !== undefined });
}

interface Play {
  readonly options: RehearsalOptions;
  readonly library: TemplateLibrary;
  readonly cloud: Cloud;
  readonly log: RehearsalLog;
  readonly process: ProcessDefinition;
  /** Users and ledger are kept from release to release. */
  readonly users: UserCrowd;
  readonly ledger: ApprovalLedger;
  readonly plan: PlannedRelease;
  readonly stableBefore: string;
  readonly blueBefore: string;
  readonly testerProblems: string[];
  /** Test URL → the local address that leads there. */
  readonly testAddresses: Map<string, string>;
}

async function playRelease(play: Play): Promise<PlayedRelease> {
  const { cloud, users, ledger, plan, stableBefore, blueBefore, options, log } = play;
  const watch = watchCanary({
    release: plan.number,
    stableBefore,
    blueBefore,
    ledger,
    startMark: users.present()?.load.mark(),
    now: cloud.now,
    users: users.welcome,
    sample: options.sample,
  });
  const run = {
    process: play.process,
    library: play.library,
    release: plan.number,
    variables: { ...defaultVariables(play), ...cloud.variables },
    environment: { AWS_ENDPOINT_URL: cloud.endpoint },
  };
  let night: Night | undefined;
  const deployment = await runDeployment({
    ...run,
    decide: async (question) => {
      // In the morning, the approver decides by what the approval showed in the evening.
      const stages = [...watch.stages()];
      log.question(question);
      for (const [url, local] of play.testAddresses)
        if (question.instructions.includes(url) && url !== local)
          log.note(`Here, ${local} leads there instead of ${url}`);
      if (plan.night?.approval === question.step.slug)
        night = await waitForMorning({ ...run, cloud, users, log, ownParameters: cloud.parameters }, plan.night, watch);
      return decide(play, watch, question, stages);
    },
    observer: observe(play, watch),
  });
  if (plan.night && night === undefined) log.note('The release ended before an approval could wait for the night.');
  const present = users.present();
  const final = present === undefined ? [] : await measureEntryPoints(present, options.sample);
  const versions = { stableBefore, stableAfter: watch.stable(), blueAfter: watch.blue(), green: watch.green() };
  return { plan, deployment, night, stages: watch.stages(), endedByNote: watch.ended(), ...versions, final };
}

function defaultVariables({ process, plan }: Play): Readonly<Record<string, string>> {
  const image = `octopussamples/helloworldwithversion:#{Octopus.Release.Number}${plan.imageSuffix}`;
  const defaults = process.projectVariables.map(({ name, value }) => [name, value] as const);
  return { ...Object.fromEntries(defaults), 'Canary.Image': image };
}

function observe({ log, cloud, testerProblems, testAddresses }: Play, watch: CanaryWatch): DeploymentObserver {
  return {
    stepStarted: log.stepStarted,
    line: (_step, level, text, isSummary) => log.line(level, text, isSummary),
    stepFinished: async (result) => {
      log.stepFinished(result);
      log.stage(await watch.stepFinished(result));
      const problem = await testNewVersion(result, { cloud, log, testAddresses }, watch.green());
      if (problem !== undefined) testerProblems.push(problem);
    },
  };
}

async function testNewVersion(
  result: StepResult,
  { cloud, log, testAddresses }: Pick<Play, 'cloud' | 'log' | 'testAddresses'>,
  green: string,
): Promise<string | undefined> {
  const testUrl = result.outputs['TestUrl'];
  if (result.step.kind !== 'template' || result.step.stepId !== 'add-test-rule' || !testUrl) return undefined;
  const answer = await askAsTester(await cloud.findEntryPoints(), testUrl);
  testAddresses.set(testUrl, answer.url);
  log.note(`A tester who opens ${answer.url} gets ${describeAnswer(answer.taskDefinition, green)}.`);
  return answer.taskDefinition === green ? undefined : `${testUrl} did not reach the new version.`;
}

function describeAnswer(taskDefinition: string | undefined, green: string): string {
  if (taskDefinition === undefined) return 'no answer from the service';
  const version = shortName(taskDefinition);
  return taskDefinition === green ? `green (${version})` : `${version}, which is not green`;
}

async function decide(
  { options, plan, process, log }: Play,
  watch: CanaryWatch,
  question: ApprovalQuestion,
  stages: readonly Stage[],
): Promise<ApprovalDecision> {
  const isLast = process.steps.findLast(({ kind }) => kind === 'manual') === question.step;
  const decision =
    options.ask === undefined
      ? decideAlone(plan, question, stages, isLast)
      : await options.ask(question, stages.at(-1));
  if (decision.proceed) {
    const later = process.steps.slice(process.steps.indexOf(question.step) + 1);
    watch.approved(
      decision.notes,
      later.find((step) => step.kind === 'template'),
    );
  }
  const answer = `${decision.proceed ? 'Proceed' : 'Abort'}${decision.notes === '' ? '' : `: ${decision.notes}`}`;
  log.note(options.ask === undefined ? `The rehearsal answers by itself: ${answer}` : answer);
  return decision;
}
