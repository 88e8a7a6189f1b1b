import type { TemplateStep } from '../octopus/process/definition.ts';
import { buildGuardRunbook } from '../octopus/process/process.ts';
import type { CanaryWatch } from './canary-watch.ts';
import type { Cloud } from './cloud.ts';
import type { DeploymentRequest, StepResult } from './deployment.ts';
import { type GuardLook, type LoggedLine, type Night, type NightPlan, playNight, retreatIn } from './night.ts';
import { createNightLog } from './night-log.ts';
import { measureNight } from './night-verdict.ts';
import type { RehearsalLog } from './rehearsal-log.ts';
import { runDeployment } from './runner.ts';
import type { UserCrowd } from './users.ts';

/** What a night needs of the rehearsal around it. */
export interface GuardedNight extends Pick<DeploymentRequest, 'library' | 'release' | 'variables' | 'environment'> {
  /** The operator's own step parameters. */
  readonly ownParameters: Readonly<Record<string, string>>;
  readonly cloud: Cloud;
  readonly users: UserCrowd;
  readonly log: RehearsalLog;
}

/** Plays the night in which an approval waits and a Guard looks, and measures what users got in it. */
export async function waitForMorning(around: GuardedNight, plan: NightPlan, watch: CanaryWatch): Promise<Night> {
  const { cloud, users, log } = around;
  const guard = guardRunbook(around);
  const nightLog = createNightLog(log, plan);
  nightLog.begins(cloud.now());
  const night = await playNight(
    plan,
    cloud,
    (number) => runGuard(around, guard, number),
    (look) => {
      nightLog.looked(look);
      const { outputs } = look.result;
      if (outputs['Retreated'] === 'True') watch.retreated(outputs);
    },
  );
  nightLog.ends(night, measureNight(night, plan, users.present()?.load.answers() ?? []));
  const shown = retreatIn(night) ?? night.looks.at(-1);
  if (shown) log.stage(await watch.stepFinished({ ...shown.result, ...asOneStep(night, guard) }));
  return night;
}

/** The runbook that a scheduled trigger starts, with the operator's own parameters as in the process. */
function guardRunbook({ ownParameters, library }: GuardedNight): TemplateStep {
  const [guard] = buildGuardRunbook().steps;
  if (guard === undefined) throw new Error('The runbook of Guard has no step.');
  const known = library.get(guard.stepId)?.parameters ?? {};
  const own = Object.entries(ownParameters).filter(([name]) => Object.hasOwn(known, name) && !decided.includes(name));
  return { ...guard, properties: { ...guard.properties, ...Object.fromEntries(own) } };
}

/** What makes a Watch step a Guard. */
const decided = ['EcsCanary.WatchMinutes', 'EcsCanary.WhenWorse'];

async function runGuard(
  around: GuardedNight,
  guard: TemplateStep,
  number: number,
): Promise<Pick<GuardLook, 'result' | 'lines'>> {
  const { library, release, variables, environment } = around;
  const lines: LoggedLine[] = [];
  const { steps } = await runDeployment({
    ...{ library, release, variables, environment },
    process: { steps: [guard], projectVariables: [] },
    runbookRun: `RunbookRuns-${number}`,
    decide: () => Promise.reject(new Error('A runbook asks nobody.')),
    observer: { line: (_step, level, text, isSummary) => lines.push({ level, text, isSummary }) },
  });
  const [result] = steps;
  if (result === undefined) throw new Error('The run of Guard has no result.');
  return { result, lines };
}

/** The night as one row of the summary. */
function asOneStep({ looks }: Night, guard: TemplateStep): Pick<StepResult, 'step' | 'milliseconds'> {
  return {
    step: { ...guard, name: `Night: ${looks.length} × Guard` },
    milliseconds: looks.reduce((sum, { result }) => sum + result.milliseconds, 0),
  };
}
