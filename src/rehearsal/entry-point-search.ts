import { meetsConditions } from '../emulator/elb/matching.ts';
import type { EntryPoint } from './entry-point.ts';
import { ordinaryRequest } from './ordinary-request.ts';
import { patternsOf, sampleHosts, samplePaths } from './pattern-samples.ts';
import type { StackListener, StackRule, StackTraffic } from './stack-traffic.ts';
import { readTold, type ToldOfRules, tellKeptRules, tellUsersRules } from './users-rules.ts';

/** The entry points of a stack, and their rules. */
export interface FoundEntryPoints {
  readonly entryPoints: readonly EntryPoint[];
  /** ARN of each users' rule → its name, for example `HTTP:80 /api/*`. */
  readonly rules: ReadonlyMap<string, string>;
  /** ARNs of the rules that keep their users on blue. */
  readonly keptRules: ReadonlySet<string>;
}

/**
 * Finds every entry point of a stack: one for each path pattern and host of each users' rule that an ordinary request can reach.
 * @param urls listener ARN → local URL
 */
export function findEntryPoints(
  traffic: StackTraffic,
  urls: Readonly<Record<string, string>>,
  told: ToldOfRules = readTold({}),
): FoundEntryPoints {
  const isForUsers = tellUsersRules(traffic, told);
  const isKept = tellKeptRules(traffic, told);
  const balancers = new Set(traffic.listeners.map(({ arn }) => balancerOf(arn)));
  const found = traffic.listeners.flatMap((listener) => {
    const balancer = balancers.size > 1 ? `${balancerOf(listener.arn)} ` : '';
    const prefix = `${balancer}${listener.protocol}:${listener.port} `;
    return listener.rules
      .filter((rule) => isForUsers(rule, listener))
      .map((rule) => ({ rule, ways: waysTo(rule), listener, prefix, kind: kindOf(rule, isKept) }));
  });
  return {
    entryPoints: found.flatMap(({ rule, ways, listener, prefix, kind }) =>
      ways.flatMap((way) => openEntryPoint(rule, way, listener, urls, { name: `${prefix}${way.name}`, kind })),
    ),
    rules: new Map(found.map(({ rule, ways, prefix }) => [rule.arn, prefix + ways.map(({ name }) => name).join(', ')])),
    keptRules: new Set(found.flatMap(({ rule, kind }) => (kind === 'kept' ? [rule.arn] : []))),
  };
}

function kindOf(rule: StackRule, isKept: (rule: StackRule) => boolean): EntryPoint['kind'] {
  if (rule.action.Type === 'redirect') return 'redirect';
  return isKept(rule) ? 'kept' : 'service';
}

/** One of the paths and hosts that a rule matches. */
interface Way {
  readonly name: string;
  readonly path: string | undefined;
  readonly host: string | undefined;
}

function waysTo({ conditions, priority }: StackRule): readonly Way[] {
  const nameless = Number.isFinite(priority) ? `(rule ${priority})` : '(default)';
  return patternsOf(conditions, 'host-header').flatMap((host) =>
    patternsOf(conditions, 'path-pattern').map((path) => ({
      path,
      host,
      name: `${host ?? ''}${path ?? ''}` || nameless,
    })),
  );
}

/** Returns no entry point where a rule of smaller priority matches all of its requests. */
function openEntryPoint(
  rule: StackRule,
  way: Way,
  listener: StackListener,
  urls: Readonly<Record<string, string>>,
  called: Pick<EntryPoint, 'name' | 'kind'>,
): readonly EntryPoint[] {
  const base = urls[listener.arn];
  if (base === undefined) return [];
  const ports = new Map(
    [...listener.neighbours].flatMap(([port, arn]) => (urls[arn] === undefined ? [] : [[port, urls[arn]] as const])),
  );
  for (const host of sampleHosts(way.host)) {
    for (const path of samplePaths(way.path)) {
      const url = new URL(base + path);
      const request = ordinaryRequest(url.pathname, host);
      const taken = listener.rules.find(({ conditions }) => meetsConditions(conditions, request));
      if (taken === rule && url.search === '') return [{ ...called, url: url.href, host, ports }];
    }
  }
  return [];
}

/** The load balancer's name. */
function balancerOf(listenerArn: string): string {
  return listenerArn.split('/').at(2) ?? '';
}
