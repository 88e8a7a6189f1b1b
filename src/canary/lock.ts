import { OperatorError } from './operator-error.ts';
import type { Service } from './service.ts';

/** The service tag that holds the canary's lock. */
export const lockTagKey = 'EcsCanaryTakenBy';

/** Who runs a step, as Octopus names it. */
export interface LockOwner {
  /** Deployment id or runbook run id; empty when Octopus gives neither. */
  readonly id: string;
  /** A deployment respects the lock of another one; a runbook run is a person's own decision. */
  readonly isDeployment: boolean;
  readonly release: string;
  readonly environment: string;
  readonly project: string;
}

/** The tag's content: the owner's id, and the whole text for people. */
export interface CanaryLock {
  readonly id: string;
  readonly text: string;
  /** The green task set that this deployment's Deploy Stack verified; undefined before it did. */
  readonly green: string | undefined;
  /** When the lock was acquired while green may have had traffic, in epoch milliseconds; undefined when it had none. */
  readonly exposedSince: number | undefined;
}

/** The lock on the service, or undefined when there is none. */
export function lockOf(service: Service): CanaryLock | undefined {
  const text = service.tags[lockTagKey]?.trim();
  if (!text) return undefined;
  const [green, since] = [verifiedGreen, exposed].map((pattern) => pattern.exec(text)?.[1]);
  const exposedSince = since === undefined ? undefined : Date.parse(since) || undefined;
  return { id: text.split(' ')[0] ?? '', text, green, exposedSince };
}

const verifiedGreen = / green (ecs-svc\/\S+)$/;
const exposed = / since (\S+) while green may serve\b/;

/** The owner in the tag when Deploy Stack runs without Prepare Blue: it records green, and the canary stays unlocked. */
const noOwner = 'nobody';

/** The lock's text with the verified green task set. */
export function withVerifiedGreen(lock: CanaryLock | undefined, greenTaskSet: string): string {
  const { text } = lock ?? { text: noOwner };
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
      ? `Deploy Stack has not completed in this deployment, so green (task set ${greenTaskSet}) is not the version this approval covers.`
      : `Green is now task set ${greenTaskSet}, but Deploy Stack deployed and checked ${lock.green}: green was replaced since then. No traffic was moved to it.`,
    'Roll back, then deploy the release again, starting with Prepare Blue.',
  );
}

/** The warning before green gets traffic although Deploy Stack did not record that it checked green. */
export function uncheckedGreen(service: Service, greenTaskSet: string): readonly string[] {
  if (lockOf(service)) return [];
  return [
    `No record shows that Deploy Stack checked green (task set ${greenTaskSet}): it was deployed another way, or a rollback or promotion has released the lock. Make sure that it runs the intended version.`,
  ];
}

/**
 * The tag's value for an owner; AWS allows few special characters in tags.
 * @param greenServes whether green has traffic or just had some, which the run after a killed one needs to know
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

/** At most this many UTF-16 units, without half a character; every name is cut so that "since" always fits. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** Whether no deployment holds the lock; a record of green that nobody owns does not count. */
export function isUnlocked(service: Service): boolean {
  const lock = lockOf(service);
  return lock === undefined || lock.id === noOwner;
}

/** Whether somebody else holds the lock. */
export function isLockedByOther(service: Service, lockOwner: LockOwner): boolean {
  return !isUnlocked(service) && lockOf(service)?.id !== lockOwner.id;
}

/** Refuses while another deployment holds the lock. */
export function refuseLockedByOther(service: Service, lockOwner: LockOwner): void {
  if (!isLockedByOther(service, lockOwner)) return;
  throw new OperatorError(
    'canary-taken',
    `The canary of the service ${service.name} is locked by another deployment: ${lockOf(service)?.text ?? ''}.`,
    'Let that deployment finish with Promote or Rollback. If Octopus shows that it is over (cancelled, for example), set EcsCanary.TakeOver on Prepare Blue for one deployment, or run the Rollback runbook, which releases the lock.',
  );
}

/**
 * Refuses unless this owner holds the lock: an approval covers the version that its own deployment put on green,
 * and without the lock it is unknown what green runs.
 */
export function refuseUnlessLockedBy(service: Service, lockOwner: LockOwner): void {
  refuseLockedByOther(service, lockOwner);
  if (lockOwner.id === '' || lockOf(service)?.id === lockOwner.id) return;
  throw new OperatorError(
    'canary-lost',
    `This deployment does not hold the lock on the canary of the service ${service.name}: the canary was rolled back or promoted in the meantime, or Prepare Blue did not run. Green may not be running the approved version, so it got no more traffic.`,
    'Deploy the release again, starting with Prepare Blue; if green has traffic, run Rollback first.',
  );
}
