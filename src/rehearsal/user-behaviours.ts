import type { BehaviourDescription } from '../emulator/ecs/behaviours.ts';

/** Ways in which the users, rather than the new version, can behave. */
export const userBehaviours = [
  {
    name: 'no-traffic',
    story: 'without users',
    sentence:
      'Nobody sends requests. The rehearsal still measures the split, with probes that CloudWatch does not count.',
  },
  {
    name: 'sticky-clients',
    story: 'whose users keep stickiness cookies',
    sentence:
      'Users keep their stickiness cookies, and half of them never leave. The shares measured are those of new users. The built-in template gets 20 seconds of stickiness, unless --parameters sets EcsCanary.StickinessSeconds.',
  },
] as const satisfies readonly UserBehaviour[];

/** With the words for a release that meets such users. */
interface UserBehaviour extends BehaviourDescription {
  readonly story: string;
}

/** How the users of a rehearsal behave. */
export interface UserManner {
  readonly isSilent: boolean;
  readonly isSticky: boolean;
}

/** What the behaviours say about users. */
export function mannerOf(behaviours: readonly string[]): UserManner {
  return { isSilent: behaviours.includes('no-traffic'), isSticky: behaviours.includes('sticky-clients') };
}

/** Whether a behaviour is the users', not the new version's. */
export function isOfUsers(behaviour: string): boolean {
  return userBehaviours.some(({ name }) => name === behaviour);
}
