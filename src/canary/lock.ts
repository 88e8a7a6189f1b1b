import { OperatorError } from './operator-error.ts';
import type { Service } from './service.ts';

/** The service's tag that says which deployment works on its canary. */
export const occupationTagKey = 'EcsCanaryTakenBy';

/** Who runs a step, as Octopus names it. */
export interface Occupant {
  /** Deployment id or runbook run id; empty when Octopus gives neither. */
  readonly id: string;
  /** A deployment minds other deployments; a runbook run is a person's own decision. */
  readonly isDeployment: boolean;
  readonly release: string;
  readonly environment: string;
  readonly project: string;
}

/** What the tag says: the occupant's id and the whole text for people. */
export interface Occupation {
  readonly id: string;
  readonly text: string;
  /** The green task set that this deployment's Deploy Stack verified; undefined before it did. */
  readonly green: string | undefined;
  /** When the canary was taken while green may have had traffic, in epoch milliseconds; undefined when it had none. */
  readonly exposedSince: number | undefined;
}

/** The mark on the service, or undefined when nobody works on its canary. */
export function occupationOf(service: Service): Occupation | undefined {
  const text = service.tags[occupationTagKey]?.trim();
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
export function withVerifiedGreen(occupation: Occupation | undefined, greenTaskSet: string): string {
  const { text } = occupation ?? { text: nobody };
  const record = ` green ${greenTaskSet}`;
  return `${cut(text.replace(verifiedGreen, ''), 256 - record.length)}${record}`;
}

/** Refuses when green is not the task set that Deploy Stack verified: nobody approved another one. */
export function refuseChangedGreen(service: Service, greenTaskSet: string): void {
  const occupation = occupationOf(service);
  if (!occupation || occupation.green === greenTaskSet) return;
  throw new OperatorError(
    'green-changed',
    occupation.green === undefined
      ? `Deploy Stack did not end in this deployment, so the version on green (task set ${greenTaskSet}) is not the one that is to be approved here.`
      : `Green is task set ${greenTaskSet} now, but Deploy Stack deployed and checked ${occupation.green}: somebody replaced green since. No traffic was moved to it.`,
    'Roll back, then deploy the release again, beginning with Prepare Blue.',
  );
}

/** What to say before green gets traffic although no Deploy Stack recorded that it checked it. */
export function uncheckedGreen(service: Service, greenTaskSet: string): readonly string[] {
  if (occupationOf(service)) return [];
  return [
    `Nothing records that Deploy Stack checked green (task set ${greenTaskSet}): it was deployed in another way, or a rollback or promotion freed the canary since. Make sure that it runs the version that is meant.`,
  ];
}

/**
 * The tag's value for an occupant; AWS takes few special characters in tags.
 * @param greenServes whether green has traffic or had some just now, which a killed run must not forget that it took away
 */
export function occupationText(occupant: Occupant, since: Date, greenServes = false): string {
  const words = [
    occupant.id,
    occupant.release && `release ${cut(occupant.release, 60)}`,
    occupant.project && `of ${cut(occupant.project, 60)}`,
    occupant.environment && `to ${cut(occupant.environment, 60)}`,
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
export function isTakenByOther(service: Service, occupant: Occupant): boolean {
  const occupation = occupationOf(service);
  return occupation !== undefined && occupation.id !== nobody && occupation.id !== occupant.id;
}

/** Refuses while another deployment works on the canary. */
export function refuseTakenByOther(service: Service, occupant: Occupant): void {
  if (!isTakenByOther(service, occupant)) return;
  throw new OperatorError(
    'canary-taken',
    `The canary of the service ${service.name} is taken by another deployment: ${occupationOf(service)?.text ?? ''}.`,
    'Let that deployment end with Promote or Rollback. If Octopus shows that it is over (it was cancelled, say), set EcsCanary.TakeOver on Prepare Blue for one deployment, or run the Rollback runbook, which frees the canary.',
  );
}

/**
 * Refuses unless the canary is the occupant's own: what a person approved in a deployment is the version that this
 * deployment put on green, and nobody knows what green runs once the mark is gone.
 */
export function refuseUnlessTakenBy(service: Service, occupant: Occupant): void {
  refuseTakenByOther(service, occupant);
  if (occupant.id === '' || occupationOf(service)?.id === occupant.id) return;
  throw new OperatorError(
    'canary-lost',
    `The canary of the service ${service.name} is no longer this deployment's: it was rolled back or promoted in the meantime, or Prepare Blue did not run in this deployment. What was approved may not be what green runs now, so it gets nothing more.`,
    'Deploy the release again, beginning with Prepare Blue; run Rollback first if green has traffic.',
  );
}
