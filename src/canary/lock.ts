import { OperatorError } from './operator-error.ts';
import type { Service } from './service.ts';

/** The service's tag that says which deployment works on its canary. */
export const lockTagKey = 'EcsCanaryTakenBy';

/** Who runs a step, as Octopus names it. */
export interface LockOwner {
  /** Deployment id or runbook run id; empty when Octopus gives neither. */
  readonly id: string;
  /** A deployment minds other deployments; a runbook run is a person's own decision. */
  readonly isDeployment: boolean;
  readonly release: string;
  readonly environment: string;
  readonly project: string;
}

/** What the tag says: the occupant's id and the whole text for people. */
export interface CanaryLock {
  readonly id: string;
  readonly text: string;
  /** The green task set that this deployment's Deploy Stack verified; undefined before it did. */
  readonly green: string | undefined;
  /** When the canary was taken while green may have had traffic, in epoch milliseconds; undefined when it had none. */
  readonly exposedSince: number | undefined;
}

/** The mark on the service, or undefined when nobody works on its canary. */
export function lockOf(service: Service): CanaryLock | undefined {
  const text = service.tags[lockTagKey]?.trim();
  if (!text) return undefined;
  const [green, since] = [verifiedGreen, exposed].map((pattern) => pattern.exec(text)?.[1]);
  const exposedSince = since === undefined ? undefined : Date.parse(since) || undefined;
  return { id: text.split(' ')[0] ?? '', text, green, exposedSince };
}

const verifiedGreen = / green (ecs-svc\/\S+)$/;
const exposed = / since (\S+) while green may serve\b/;

/** Whose mark it is when Deploy Stack runs without Prepare Blue: it records green, and the canary stays free. */
const nobody = 'nobody';

/** The mark with the green task set that was verified for it. */
export function withVerifiedGreen(lock: CanaryLock | undefined, greenTaskSet: string): string {
  const { text } = lock ?? { text: nobody };
  const record = ` green ${greenTaskSet}`;
  return `${cut(text.replace(verifiedGreen, ''), 256 - record.length)}${record}`;
}

/** Refuses when green is not the task set that Deploy Stack verified: nobody approved another one. */
export function refuseChangedGreen(service: Service, greenTaskSet: string): void {
  const lock = lockOf(service);
  if (!lock || lock.green === greenTaskSet) return;
  throw new OperatorError(
    'green-changed',
    lock.green === undefined
      ? `Deploy Stack did not end in this deployment, so the version on green (task set ${greenTaskSet}) is not the one that is to be approved here.`
      : `Green is task set ${greenTaskSet} now, but Deploy Stack deployed and checked ${lock.green}: somebody replaced green since. No traffic was moved to it.`,
    'Roll back, then deploy the release again, beginning with Prepare Blue.',
  );
}

/** What to say before green gets traffic although no Deploy Stack recorded that it checked it. */
export function uncheckedGreen(service: Service, greenTaskSet: string): readonly string[] {
  if (lockOf(service)) return [];
  return [
    `Nothing records that Deploy Stack checked green (task set ${greenTaskSet}): it was deployed in another way, or a rollback or promotion freed the canary since. Make sure that it runs the version that is meant.`,
  ];
}

/**
 * The tag's value for an occupant; AWS takes few special characters in tags.
 * @param greenServes whether green has traffic or had some just now, which a killed run must not forget that it took away
 */
export function lockText(lockOwner: LockOwner, since: Date, greenServes = false): string {
  const words = [
    lockOwner.id,
    lockOwner.release && `release ${cut(lockOwner.release, 60)}`,
    lockOwner.project && `of ${cut(lockOwner.project, 60)}`,
    lockOwner.environment && `to ${cut(lockOwner.environment, 60)}`,
    `since ${since.toISOString().slice(0, 19)}Z`,
    greenServes && 'while green may serve',
  ];
  return cut(words.filter(Boolean).join(' '), 256).replace(/[^\p{L}\p{N}\p{Z}+\-=._:/@]/gu, '_');
}

/** At most so many UTF-16 units, and no half of a character; every name is cut, so that "since" always fits. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** Whether somebody else works on the canary. */
export function isLockedByOther(service: Service, lockOwner: LockOwner): boolean {
  const lock = lockOf(service);
  return lock !== undefined && lock.id !== nobody && lock.id !== lockOwner.id;
}

/** Refuses while another deployment works on the canary. */
export function refuseLockedByOther(service: Service, lockOwner: LockOwner): void {
  if (!isLockedByOther(service, lockOwner)) return;
  throw new OperatorError(
    'canary-taken',
    `The canary of the service ${service.name} is taken by another deployment: ${lockOf(service)?.text ?? ''}.`,
    'Let that deployment end with Promote or Rollback. If Octopus shows that it is over (it was cancelled, say), set EcsCanary.TakeOver on Prepare Blue for one deployment, or run the Rollback runbook, which frees the canary.',
  );
}

/**
 * Refuses unless the canary is the occupant's own: what a person approved in a deployment is the version that this
 * deployment put on green, and nobody knows what green runs once the mark is gone.
 */
export function refuseUnlessLockedBy(service: Service, lockOwner: LockOwner): void {
  refuseLockedByOther(service, lockOwner);
  if (lockOwner.id === '' || lockOf(service)?.id === lockOwner.id) return;
  throw new OperatorError(
    'canary-lost',
    `The canary of the service ${service.name} is no longer this deployment's: it was rolled back or promoted in the meantime, or Prepare Blue did not run in this deployment. What was approved may not be what green runs now, so it gets nothing more.`,
    'Deploy the release again, beginning with Prepare Blue; run Rollback first if green has traffic.',
  );
}
