import { get } from 'node:http';
import { connect } from 'node:net';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SharedWorld } from '../contract/shared-world.ts';
import { matchesStatus } from './health-check-settings.ts';

export type CheckResult =
  | { readonly passed: true }
  | { readonly passed: false; readonly reason: string; readonly description: string };

const timedOut: CheckResult = { passed: false, reason: 'Target.Timeout', description: 'Request timed out' };
const failed: CheckResult = { passed: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };

/** Checks once the health of the task behind a target's private address; an address without a task times out at once. */
export function checkOnce(
  world: SharedWorld,
  settings: TargetGroup,
  target: { readonly ip: string; readonly port: number },
): Promise<CheckResult> {
  if (settings.HealthCheckEnabled === false) return Promise.resolve({ passed: true });
  const { HealthCheckPort = 'traffic-port', HealthCheckTimeoutSeconds = 5 } = settings;
  const port = HealthCheckPort === 'traffic-port' ? target.port : Number(HealthCheckPort);
  const endpoint = world.network.lookup(target.ip, port);
  if (!endpoint) return Promise.resolve(timedOut);
  const { leastTimeoutMs, timeScale } = world.options;
  const timeout = Math.max(leastTimeoutMs, (HealthCheckTimeoutSeconds * 1000) / timeScale);
  return settings.HealthCheckProtocol === 'TCP'
    ? checkConnection(endpoint.localPort, timeout)
    : checkHttp(endpoint.localPort, `${target.ip}:${port}`, settings, timeout);
}

function checkHttp(localPort: number, host: string, settings: TargetGroup, timeout: number): Promise<CheckResult> {
  return new Promise((resolve) => {
    const request = get({
      host: '127.0.0.1',
      port: localPort,
      path: settings.HealthCheckPath ?? '/',
      headers: { host, 'user-agent': 'ELB-HealthChecker/2.0' },
      agent: false,
      signal: AbortSignal.timeout(timeout),
    });
    request.on('response', (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      // The emulated application does not speak gRPC: a 200 stands for a gRPC code that the matcher has.
      const passed = matchesStatus(settings.Matcher?.HttpCode ?? '200', status);
      resolve(passed ? { passed } : codeMismatch(status));
    });
    request.on('error', (error) => resolve(isTimeout(error) ? timedOut : failed));
  });
}

function checkConnection(localPort: number, timeout: number): Promise<CheckResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: localPort });
    socket.setTimeout(timeout, () => {
      socket.destroy();
      resolve(timedOut);
    });
    socket.on('connect', () => {
      socket.destroy();
      resolve({ passed: true });
    });
    socket.on('error', () => resolve(failed));
  });
}

function codeMismatch(status: number): CheckResult {
  return {
    passed: false,
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${status}]`,
  };
}

function isTimeout(error: NodeJS.ErrnoException): boolean {
  return error.name === 'TimeoutError' || error.name === 'AbortError';
}
