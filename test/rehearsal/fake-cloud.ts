import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServedRequest } from '../../src/rehearsal/approval-ledger.ts';
import type { Cloud } from '../../src/rehearsal/cloud.ts';
import type { EntryPoint } from '../../src/rehearsal/entry-point.ts';
import type { TemplateLibrary } from '../../src/rehearsal/template-library.ts';
import { fixtureLibrary } from './fixture-library.ts';

/** What can be wrong with the steps of the fake cloud. */
export interface Faults {
  /** Weight that Shift Traffic sets instead of the requested one. */
  readonly shiftTo?: number;
  /** Whether Prepare Blue leaves all traffic on green, as the article does. */
  readonly prepareLeavesGreen?: boolean;
  /** Whether Deploy Stack fails. */
  readonly deployFails?: boolean;
  /** Whether Add Test Rule fails. */
  readonly testRuleFails?: boolean;
  /** Number of the look at which a Guard takes traffic from a version that leaks; by default 1. */
  readonly guardActsAt?: number;
  /** Whether a Guard ends a lease. */
  readonly leaseEnds?: boolean;
  /** Whether the steps after a Guard's retreat know nothing of it. */
  readonly retreatIsForgotten?: boolean;
  /** Whether a Guard fails. */
  readonly guardFails?: boolean;
  /** Error code with which Watch Canary fails. */
  readonly watchFailsWith?: string;
  /** Whether every release deploys the same version. */
  readonly deploysNothingNew?: boolean;
  /** Whether Rollback does nothing. */
  readonly rollbackIsIdle?: boolean;
  /** Every n-th answer of a version whose name contains `bad` fails. */
  readonly badFailsEvery?: number;
  /** Instead of one working entry point. */
  readonly entryPoints?: readonly FakeEntryPoint[];
}

/** An entry point of the fake cloud. */
export interface FakeEntryPoint {
  readonly name: string;
  /** Port that it redirects to; the fake load balancer listens only on 80. */
  readonly redirectsTo?: number;
  /** Whether its users always stay on blue. */
  readonly staysBlue?: boolean;
  /** Whether that is what the operator wants. */
  readonly kept?: boolean;
  /** Whether all of its requests fail. */
  readonly fails?: boolean;
}

interface State {
  blue: string;
  green: string;
  weight: number;
  promoted: boolean;
  /** Whether a Guard took traffic from green. */
  taken: boolean;
  isNight: boolean;
  looks: number;
  /** How far its clock is ahead, in milliseconds. */
  ahead: number;
  /** Entry point name → requests there. */
  readonly counts: Map<string, number>;
  readonly served: ServedRequest[];
}

/** A few lines of state instead of AWS, and one local server instead of a load balancer. */
export async function createFakeCloud(faults: Faults = {}): Promise<Cloud> {
  const state: State = {
    ...{ blue: '', green: '', weight: 0, promoted: false, taken: false },
    ...{ isNight: false, looks: 0, ahead: 0, counts: new Map(), served: [] },
  };
  const control = await listen((path) => ({ status: 200, body: act(state, faults, path) }));
  const users = await listen((path) => answerUser(state, faults, path));
  return {
    endpoint: control.url,
    variables: { 'Canary.AWS.Account.AccessKey': 'a', 'Canary.AWS.Account.SecretKey': 's' },
    parameters: {},
    notes: [],
    now: () => timeIn(state),
    // Enough requests for users to tell how a version behaves.
    sleepUntil: async (time) => {
      state.ahead += Math.max(0, time - timeIn(state));
      for (const until = state.served.length + 40; state.served.length < until; )
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    beginNight: () => {
      state.isNight = true;
    },
    findEntryPoints: async () => openEntryPoints(faults, users.url),
    served: async () => state.served,
    close: async () => {
      for (const { server } of [control, users]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Steps that drive the fake cloud, under the names of ours. */
export function fakeLibrary(): TemplateLibrary {
  // Bash itself sends the request, which saves a process for each of some hundred steps.
  const body = (path: string): string => `
exec 3<>"/dev/tcp/127.0.0.1/\${AWS_ENDPOINT_URL##*:}"
printf 'GET %s HTTP/1.0\\r\\n\\r\\n' "${path}" >&3
while IFS= read -r line <&3 && [ "$line" != $'\\r' ]; do :; done
eval "$(cat <&3)"
set_octopusvariable Summary "\${summary:-**${path}** done}"`;
  return fixtureLibrary({
    'prepare-blue': body('/prepare'),
    'deploy-stack': body('/deploy?version=$(get_octopusvariable EcsCanary.Image)'),
    'add-test-rule': body('/test-rule'),
    'shift-traffic': body('/shift?weight=$(get_octopusvariable EcsCanary.GreenPercent)'),
    watch: body('/watch?whenWorse=$(get_octopusvariable EcsCanary.WhenWorse)'),
    promote: body('/promote'),
    rollback: body('/rollback'),
  });
}

/** Whole milliseconds, as every clock here has them: sums of fractions once made a night one look longer. */
function timeIn({ ahead }: State): number {
  return Math.floor(performance.now()) + ahead;
}

function act(state: State, faults: Faults, path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://fake');
  switch (pathname) {
    case '/prepare': {
      const first = state.blue === '';
      if (state.promoted) state.blue = state.green;
      state.promoted = false;
      state.taken = false;
      if (!faults.prepareLeavesGreen) state.weight = 0;
      return `set_octopusvariable FirstDeployment ${first ? 'True' : 'False'}`;
    }
    case '/deploy':
      if (faults.deployFails) return 'fail_step "the stack is torn"';
      if (state.green === '' || !faults.deploysNothingNew) state.green = searchParams.get('version') ?? '';
      if (state.blue === '') state.blue = state.green;
      return `set_octopusvariable GreenTaskDefinition '${state.green}'`;
    case '/test-rule':
      if (faults.testRuleFails) return 'fail_step "the rule is torn"';
      return "set_octopusvariable TestUrl 'http://lb.example/?test=true'";
    case '/shift':
      if (state.taken && !faults.retreatIsForgotten)
        return `write_warning '${retreat}. To raise it again, the note must say /weight ${searchParams.get('weight')}!'`;
      state.weight = faults.shiftTo ?? Number(searchParams.get('weight'));
      return '';
    case '/watch':
      if (searchParams.get('whenWorse') === 'Retreat') return guard(state, faults);
      if (state.taken && !faults.retreatIsForgotten) return `summary='${retreat}.'`;
      return faults.watchFailsWith === undefined
        ? ''
        : `echo '##octopus[stdout-error]'; echo 'Error code: ${faults.watchFailsWith}, explained in the guide'; fail_step torn`;
    case '/promote':
      if (state.taken) return 'fail_step "nobody confirmed it"';
      state.weight = 100;
      state.promoted = true;
      return '';
    default:
      if (!faults.rollbackIsIdle) state.weight = 0;
      return '';
  }
}

const retreat = 'Guard took green from 50 % to 0 % at 02:14 UTC';

function guard(state: State, { guardActsAt = 1, guardFails, leaseEnds }: Faults): string {
  state.looks += 1;
  if (guardFails) return 'fail_step "it is blind"';
  const figures = (taskDefinition: string) => ({ taskDefinition, requests: null, errors: null });
  const evidence = JSON.stringify({
    ...{ from: new Date(0), until: new Date(0), shareSince: new Date(0), errors: { counted: '5xx' } },
    ...{ blue: figures(state.blue), green: figures(state.green) },
  });
  const seen = `set_octopusvariable Evidence '${evidence}'`;
  const isWorse = state.green.includes('slow-leak') && state.looks >= guardActsAt;
  if (state.taken) return `${seen}; write_highlight 'Guard has nothing to watch. ${retreat}.'`;
  if (!(isWorse || leaseEnds)) return `${seen}; echo 'Guard sees nothing bad.'`;
  state.weight = 0;
  state.taken = true;
  const verdict = isWorse ? 'Worse' : 'NoWorse';
  return `${seen}; set_octopusvariable Verdict ${verdict}; set_octopusvariable Retreated True; set_octopusvariable GreenPercent 0; echo 'Guard looks closely.'; write_warning '${retreat}.'; summary='${retreat}. What it saw.'; echo why >report.html; new_octopusartifact "$PWD/report.html"`;
}

const onlyEntryPoint: FakeEntryPoint = { name: 'HTTP:80 /*' };

function openEntryPoints({ entryPoints = [onlyEntryPoint] }: Faults, base: string): readonly EntryPoint[] {
  return entryPoints.map(({ name, redirectsTo, kept }) => ({
    name,
    url: `${base}/${encodeURIComponent(name)}`,
    host: undefined,
    kind: kept ? 'kept' : redirectsTo === undefined ? 'service' : 'redirect',
    ports: new Map([[80, base]]),
  }));
}

function answerUser(state: State, faults: Faults, path: string): Answer {
  if (path.includes('test=true')) return { status: 200, body: 'hello', version: state.green };
  const name = decodeURIComponent(path.slice(1));
  const entryPoint = (faults.entryPoints ?? []).find((each) => each.name === name) ?? onlyEntryPoint;
  if (entryPoint.redirectsTo !== undefined)
    return { status: 301, body: '', location: `http://lb.example:${entryPoint.redirectsTo}/followed` };
  const count = (state.counts.get(entryPoint.name) ?? 0) + 1;
  state.counts.set(entryPoint.name, count);
  const green = Math.floor((count * state.weight) / 100) > Math.floor(((count - 1) * state.weight) / 100);
  const version = green && !entryPoint.staysBlue ? state.green : state.blue;
  const served = { time: timeIn(state), taskDefinitionArn: version };
  state.served.push(
    faults.entryPoints === undefined
      ? served
      : { ...served, entryPoint: entryPoint.name, ...(entryPoint.kept && { isKept: true }) },
  );
  const isBad = version.includes('error-rate') && count % (faults.badFailsEvery ?? 1) === 0;
  const fails = isBad || (state.isNight && version.includes('slow-leak'));
  return { status: fails || entryPoint.fails ? 500 : 200, body: 'hello', version };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly version?: string;
  readonly location?: string;
}

async function listen(answer: (path: string) => Answer): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const { status, body, version, location } = answer(request.url ?? '/');
    response.writeHead(status, {
      ...(version === undefined ? {} : { 'x-app-version': version, 'x-task-definition': version }),
      ...(location === undefined ? {} : { location }),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
