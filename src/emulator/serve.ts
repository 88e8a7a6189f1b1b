import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { handleApiRequest } from './api/api.ts';
import { type CallRecord, createCallLog } from './calls.ts';
import { closeServer, listenLocally } from './contract/local-server.ts';
import { handleControlRequest, isControlRequest, trafficSince } from './control.ts';
import type { TrafficRecord } from './elb/state.ts';
import { createFaults } from './faults/create-faults.ts';
import type { Faults } from './faults.ts';
import type { Notes } from './notes.ts';
import type { EmulatorOptions } from './options.ts';
import { createThrottle } from './throttle.ts';
import type { World } from './world.ts';
import type { OnWrite } from './writes.ts';

/** An AWS in this process, with one URL for all services. */
export interface Emulator {
  /** The endpoint to give to AWS clients. */
  readonly url: string;
  readonly world: World;
  readonly options: EmulatorOptions;
  /** Each listener's ARN → its local URL. */
  listeners(): Readonly<Record<string, string>>;
  /** Requests that passed a listener since that emulated time, in epoch milliseconds. */
  traffic(since?: number): readonly TrafficRecord[];
  /** API calls in the order of their arrival. */
  calls(): readonly CallRecord[];
  /**
   * Calls a listener for every later write by a client or by CloudFormation, when it takes effect and before its client
   * is answered. An operation that is refused or fails is not a write.
   */
  readonly onWrite: OnWrite;
  /** Calls a listener for every later note about what the emulator does differently from AWS. */
  readonly onNote: Notes['onNote'];
  /** The injected faults. */
  readonly faults: Faults;
  /** Sets the emulated seconds until each listener's second node follows changed rules; 0 makes both nodes agree at once. */
  setRuleLag(seconds: number): void;
  /** Stops every server, task and timer. */
  close(): Promise<void>;
}

/** Serves a world's APIs and the control endpoints on 127.0.0.1. */
export async function serveWorld(world: World): Promise<Emulator> {
  const calls = createCallLog();
  const faults = createFaults();
  const throttle = createThrottle(world.options, world.clock);
  const api = { world, calls, faults, throttle };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const handled = isControlRequest(request)
      ? handleControlRequest(api, request, response)
      : handleApiRequest(api, request, response);
    // If the client hangs up while it sends, there is nobody to answer.
    handled.catch(() => response.destroy());
  };
  const server = createServer(handle);
  const close = async (): Promise<void> => {
    world.clock.close();
    await Promise.all([closeServer(server), world.cloudFormation.close(), world.ecs.close(), world.elb.close()]);
  };
  const port = await listenLocally(server, world.options.port).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    options: world.options,
    listeners: () => world.elb.listenerUrls(),
    traffic: (since = 0) => trafficSince(world, since),
    calls: () => calls.list(),
    onWrite: world.onWrite,
    onNote: world.notes.onNote,
    faults,
    setRuleLag: (seconds) => world.elb.setRuleLag(seconds),
    close,
  };
}
