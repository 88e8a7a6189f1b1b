import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { closeServer, listenLocally } from '../contract/local-server.ts';
import { answerError, answerFixed, answerRedirect } from './answers.ts';
import { forward } from './forward.ts';
import { meetsConditions, readFacts } from './matching.ts';
import { measureTraffic } from './metrics.ts';
import { createNodes, type Node } from './nodes.ts';
import {
  type DataPlaneServer,
  type ElbState,
  isDefaultRule,
  type ListenerState,
  type RuleState,
  type TrafficRecord,
} from './state.ts';
import { stickyCookies, stickyGroup } from './stickiness.ts';
import { chooseTarget } from './target-choice.ts';
import { rewrite } from './transforms.ts';

/** One request on its way through a listener. */
interface Exchange {
  readonly state: ElbState;
  readonly listener: ListenerState;
  readonly node: Node;
  readonly agent: Agent;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Emulated time of its arrival. */
  readonly now: Date;
}

type Outcome = Omit<TrafficRecord, 'time' | 'listenerArn' | 'ruleArn'>;

/** Opens a listener's real HTTP server on a free local port. */
export async function startDataPlane(state: ElbState, listener: ListenerState): Promise<DataPlaneServer> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const nextNode = createNodes(state, listener);
  const server = createServer((request, response) =>
    route({ state, listener, node: nextNode(), agent, request, response, now: state.world.clock.now() }),
  );
  // A load balancer keeps idle client connections for a minute; Node.js's default of 5 s would cut some as users reuse them.
  server.keepAliveTimeout = 60_000;
  return {
    url: `http://127.0.0.1:${await listenLocally(server)}`,
    close: () => {
      const closed = closeServer(server);
      agent.destroy();
      return closed;
    },
  };
}

function route(exchange: Exchange): void {
  const { listener, node, request, response } = exchange;
  const facts = readFacts(request);
  const rule = node.rules.find((each) => isDefaultRule(each) || meetsConditions(each.conditions, facts));
  const action = rule?.actions.at(-1);
  if (!rule || !action) {
    // A kept-alive connection may briefly outlive its listener's rules.
    answerError(response, 503);
  } else if (action.Type === 'forward') {
    forwardTo(exchange, rule, action);
  } else if (action.Type === 'redirect') {
    answerItself(exchange, rule, { status: Number(action.RedirectConfig?.StatusCode?.slice(-3)) });
    measure(exchange, 'HTTP_Redirect_Count');
    answerRedirect(listener, action, facts, response);
  } else {
    answerItself(exchange, rule, { status: Number(action.FixedResponseConfig?.StatusCode) });
    measure(exchange, 'HTTP_Fixed_Response_Count');
    answerFixed(action, response);
  }
}

function forwardTo(exchange: Exchange, rule: RuleState, action: Action): void {
  const { state, listener, node, agent, request, response, now } = exchange;
  const bound = stickyGroup(action, request.headers.cookie, now);
  const targetGroupArn = bound ?? node.nextGroup(rule);
  const group = targetGroupArn === undefined ? undefined : state.targetGroups.get(targetGroupArn);
  const target = group && chooseTarget(group);
  if (!group || !target) {
    answerItself(exchange, rule, { status: 503, ...(targetGroupArn ? { targetGroupArn } : {}) });
    answerError(response, 503);
    return;
  }
  const endpoint = state.world.network.lookup(target.ip, target.port);
  const { taskDefinitionArn, taskSetId } = endpoint ?? {};
  const version = {
    ...(taskDefinitionArn ? { taskDefinitionArn } : {}),
    ...(taskSetId ? { taskSetId } : {}),
    ...(bound && { isBound: true as const }),
  };
  const stopWaiting = countSoon(exchange, group.arn);
  forward(request, response, {
    agent,
    localPort: endpoint?.localPort,
    ...rewrite(rule.transforms, request),
    listener: { protocol: listener.protocol, port: listener.port },
    idleTimeoutSeconds: idleTimeout(state, listener),
    timeScale: state.world.options.timeScale,
    leastTimeoutMs: state.world.options.leastTimeoutMs,
    cookies: stickyCookies(action, group.arn, now),
    answered: (answer) => {
      stopWaiting();
      const outcome = { targetGroupArn: group.arn, ...version, status: answer.status };
      if (answer.unconnected) measure(exchange, 'TargetConnectionErrorCount', group.arn);
      if (answer.targetSeconds === undefined) answerItself(exchange, rule, outcome);
      else answerForTarget(exchange, rule, outcome, answer.targetSeconds);
    },
  });
}

/**
 * Counts a request as of its arrival, but only once it is answered, or after a while: tasks answer in real time, and
 * where emulated time runs fast, requests still in flight would look lost.
 * @returns counts it now, unless it is counted already
 */
function countSoon(exchange: Exchange, targetGroupArn: string): () => void {
  const count = () => {
    clearTimeout(timer);
    if (!counted) measure(exchange, 'RequestCount', targetGroupArn, exchange.now.getTime());
    counted = true;
  };
  let counted = false;
  const timer = setTimeout(count, longestWayMs).unref();
  return count;
}

/** In real milliseconds; longer than an answer takes even on a busy machine. */
const longestWayMs = 2000;

function idleTimeout(state: ElbState, listener: ListenerState): number {
  const { attributes } = state.loadBalancers.get(listener.loadBalancerArn) ?? {};
  return Number(attributes?.get('idle_timeout.timeout_seconds') ?? 60);
}

/** Records an answer of a target's own. */
function answerForTarget(exchange: Exchange, rule: RuleState, outcome: Outcome, seconds: number): void {
  const at = exchange.now.getTime();
  measure(exchange, `HTTPCode_Target_${hundred(outcome.status)}_Count`, outcome.targetGroupArn, at);
  measure(exchange, 'TargetResponseTime', outcome.targetGroupArn, at, seconds);
  record(exchange, rule, outcome);
}

/** Records an answer that comes from the load balancer, which belongs to no target group. */
function answerItself(exchange: Exchange, rule: RuleState, outcome: Outcome): void {
  measure(exchange, `HTTPCode_ELB_${hundred(outcome.status)}_Count`);
  if (outcome.status >= 500) measure(exchange, `HTTPCode_ELB_${outcome.status}_Count`);
  record(exchange, rule, outcome);
}

function measure(
  { state, listener, request }: Exchange,
  name: string,
  targetGroupArn?: string,
  at = state.world.clock.now().getTime(),
  value?: number,
): void {
  if (request.headers[uncounted] !== undefined) return;
  const { loadBalancerArn } = listener;
  measureTraffic(state, name, { loadBalancerArn, ...(targetGroupArn && { targetGroupArn }) }, at, value);
}

/** Requests with this header count in no metric, like health checks, so that a probe is not taken for traffic. */
const uncounted = 'x-emulator-uncounted';

function hundred(status: number): string {
  return `${Math.floor(status / 100)}XX`;
}

function record({ state, listener, now }: Exchange, rule: RuleState, outcome: Outcome): void {
  state.traffic.push({ time: now.getTime(), listenerArn: listener.arn, ruleArn: rule.arn, ...outcome });
}
